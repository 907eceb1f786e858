import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'

export const loopback = '127.0.0.1'

/** A UDP socket on loopback, where nothing outside of this machine reaches it. @returns the reason where there is none. */
export const bindLoopback = (port: number): Promise<Socket | string> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', (error) => {
      socket.close()
      resolve(error.message)
    })
    socket.bind({ address: loopback, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      // A later error concerns one datagram, and datagrams may be lost.
      socket.on('error', () => {})
      resolve(socket)
    })
  })

/** Settles when the system has the datagram; whether it arrives is told by an answer alone. Not for a closed socket. */
export const sendTo = (socket: Socket, datagram: Uint8Array, port: number): Promise<void> =>
  new Promise((resolve) => {
    socket.send(datagram, port, loopback, () => resolve())
  })

export const closeSocket = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.close(() => resolve())
  })
