import { createInterface } from 'node:readline';

/** Asks the person at the terminal; undefined when there is none. Ctrl-C and the end of the input are an empty answer. */
export function terminalQuestion(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): ((question: string) => Promise<string>) | undefined {
  if (!input.isTTY || !output.isTTY) return undefined;
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input, output });
      lines.on('close', () => resolve(''));
      lines.question(question, (answer) => {
        resolve(answer);
        lines.close();
      });
    });
}
