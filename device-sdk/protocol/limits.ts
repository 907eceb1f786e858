/** Every maximum of the wire format, the unit last in the name. Source: docs/protocol.md, "Maximums". */
export const messageBytesMax = 61_440
export const connectBytesMax = 256
export const itemsMax = 65_536
/** The outer array counts as 1. */
export const depthMax = 8
export const textBytesMax = 1_024
export const blocksMax = 20
export const columnsMax = 32
export const rowsMax = 4_096
export const witnessRowsMax = 512
export const senmlRecordsMax = 64
/** Values of a report that are shown as SenML at once. */
export const senmlValuesMax = 65_536
export const receiptEntriesMax = 20
/** Command op 1, trust. */
export const trustGatewaysMax = 4
export const trustUrlsMax = 4
export const trustUrlBytesMax = 255
/** A schema of a network's own. */
export const schemaNameBytesMax = 64
export const schemaUnitBytesMax = 32
export const schemasMax = 1_024
export const openBootsMax = 64
export const seqSpanMax = 2 ** 20
export const uint32Max = 0xffff_ffff
/** How far past the receive time a report's own time may lie. */
export const clockSkewSMax = 300
/** Firmware that a gateway keeps and a device takes. */
export const releaseBytesMax = 33_554_432
export const bundleFilesMax = 1_024
export const bundlePathBytesMax = 255
