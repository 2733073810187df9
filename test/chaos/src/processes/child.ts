/** Exit code of a process that met no database (EX_TEMPFAIL of sysexits.h): whoever keeps it starts it again. */
export const CANNOT_START = 75;

/**
 * What every process of the rig does first: it takes its configuration over the channel to the process that forked it,
 * and ends when that one ends, however it does.
 */
export function onConfig<Config>(start: (config: Config) => Promise<object>): void {
  process.once("disconnect", () => process.exit(0));
  process.once("message", (config) => {
    start(config as Config).then(
      (ready) => tell({ ready }),
      (error: unknown) => {
        tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
}

/** Tells the process that forked this one, if it is still there. */
export function tell(message: object): void {
  process.send?.(message, () => undefined);
}
