/** How the programs of repair-bench are checked: strict, as their track has it, against the standard library alone. */
export const benchTsconfig = {
  compilerOptions: {
    strict: true,
    target: 'es2022',
    lib: ['es2022'],
    module: 'esnext',
    moduleResolution: 'bundler',
    moduleDetection: 'force',
    types: [],
    noEmit: true,
    skipLibCheck: true,
  },
  include: ['*.ts'],
} as const;
