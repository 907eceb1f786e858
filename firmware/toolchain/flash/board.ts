import { z } from 'zod'

/** Of a board's manifest, what flashing needs. `vid` and `pid` are four hex digits. */
export const boardSchema = z.object({
  id: z.string(),
  name: z.string(),
  runtime: z.enum(['node', 'espruino', 'firmata']),
  mcu: z.object({
    part: z.string(),
    /**
     * What the chip check compares: the signature in hex for stk500v1, `process.env.BOARD` for Espruino, how its model begins
     * for Linux. Where there is none, Espruino's is the id without dashes, and that of Linux the name.
     */
    signature: z.string().optional(),
  }),
  usb: z
    .array(
      z.object({
        vid: z.string().regex(/^[0-9a-f]{4}$/i),
        pid: z.string().regex(/^[0-9a-f]{4}$/i),
        /** True for a chip that sits on many boards, so that it tells none of them. */
        generic: z.boolean().optional(),
      }),
    )
    .default([]),
  flash: z.object({
    protocol: z.enum(['stk500v1', 'espruino', 'esp-rom', 'files']),
    baud: z.int().positive().optional(),
    pageBytes: z.int().positive().optional(),
    /** Absent where a file system is the limit. */
    maxBytes: z.int().positive().optional(),
    /** What a person does where the board does not answer by itself. */
    manualBoot: z.string().optional(),
    /** Where the parts of a firmware go, by how the names of their files begin; in the order of their addresses. */
    parts: z.array(z.object({ begins: z.string(), address: z.int().min(0) })).optional(),
  }),
  console: z.object({ baud: z.int().positive().optional() }).optional(),
})

export type FlashBoard = z.infer<typeof boardSchema>
