import { execFileSync } from 'node:child_process';

/** The end-to-end specs run the built executable: build it once before all specs. */
export default function build() {
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' });
}
