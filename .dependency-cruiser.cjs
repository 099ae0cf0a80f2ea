/** The architecture of callbackd: folders are the stages of the flow, from left to right. Each rule says why it is there. */
const order = [
  'time',
  'config',
  'esl',
  'calls',
  'rules',
  'tasks',
  'store',
  'callback',
  'doctor',
  'daemon',
  'simulator',
  'cli',
  'demo',
];

/** A folder may import only from the folders on its left. */
const layers = order.map((folder, index) => ({
  name: `layer-${folder}`,
  comment: `lib/${folder} may import only from what stands left of it in the flow (${order.slice(0, index).join(', ') || 'nothing'}).`,
  severity: 'error',
  from: { path: `^lib/${folder}/` },
  to: { path: `^lib/(${order.slice(index + 1).join('|') || 'none'})/` },
}));

const apart = [
  ['store', 'callback', 'what is kept and what is dialled are joined only by the tasks they share'],
  ['callback', 'store', 'a call must be plannable and judgeable without a database'],
  ['simulator', 'daemon', 'the simulator plays FreeSWITCH: knowing the daemon it would prove nothing'],
  [
    'simulator',
    'store',
    'the simulator keeps its own record of who was dialled; it is compared with the database, so it must not know it',
  ],
  ['simulator', 'callback', 'the simulator must not share the code that builds originates: it checks that code'],
  ['doctor', 'callback', 'doctor looks, it never dials'],
  ['daemon', 'doctor', 'the daemon looks after itself while it runs; doctor is for the admin, from outside'],
  ['cli', 'daemon', 'the CLI talks to the daemon over its socket; only bin/ starts one'],
  ['cli', 'simulator', 'only the demo needs a simulated FreeSWITCH'],
  ['demo', 'daemon', 'the demo runs the real daemon as its own process, as an admin would'],
].map(([from, to, why]) => ({
  name: `${from}-not-${to}`,
  comment: why,
  severity: 'error',
  from: { path: `^lib/${from}/` },
  to: { path: `^lib/${to}/` },
}));

module.exports = {
  forbidden: [
    ...layers,
    ...apart,
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one concern, or that a concern has no home.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'sqlite-in-store',
      comment: 'SQL lives in one folder.',
      severity: 'error',
      from: { pathNot: '^lib/store/' },
      to: { path: 'better-sqlite3' },
    },
    {
      name: 'modesl-in-esl',
      comment: 'The ESL parser is replaceable: one folder knows it.',
      severity: 'error',
      from: { pathNot: '^lib/esl/' },
      to: { path: 'node_modules/modesl' },
    },
    {
      name: 'nothing-imports-bin',
      comment: 'bin/ is the thin end: it joins the parts and ends the process.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^bin/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
