/** What a device answers to a command: 0 is done, every other number a reason. */
export const commandStatuses = { done: 0, unsupported: 1, badArguments: 2, failed: 3 } as const
