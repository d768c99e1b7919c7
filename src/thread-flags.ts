/**
 * A thread takes over the flags of its process, but one that runs a file refuses --input-type. Then only loaders are
 * handed on: of flags that are handed on by name, a thread refuses all those of V8.
 */
export function threadFlags(flags: readonly string[]): { execArgv?: string[] } {
  if (!flags.some((flag) => flag.startsWith('--input-type'))) return {};
  return {
    execArgv: flags.filter((flag) => /^--(import|require|(experimental-)?loader|conditions)=/.test(flag)),
  };
}
