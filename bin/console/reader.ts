/**
 * Ends the program in silence when whoever reads its output has gone, as `head` does: nobody is left to be told anything.
 * The status is that of a program ended by SIGPIPE (signal 13).
 */
export const endWithReader = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(128 + 13)
      throw error
    })
  }
}
