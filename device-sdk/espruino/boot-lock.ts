/** The button that a person must hold while the board starts, and the line on which the console is then. */
export type LockOptions = {
  /** Espruino's name of the pin, as `BTN1`. */
  readonly pin: string
  /** What it reads while it is held. */
  readonly pressed: 0 | 1
  /** `USB`, `Bluetooth` or `Serial1`. */
  readonly line: string
}

/** Long enough that nobody does it by mistake. */
const heldMs = 3_000
/** The console takes 20 characters of a password, so this one cannot be said. Source: jsiHandleConsoleChar, 2v29. */
const password = 'no console here: see docs/boards.md'

/**
 * The file `.boot0` of a build for production: it takes the console from every line, before anything else runs.
 *
 * Why that is a lock (Espruino 2v29, src/jsinteractive.c and src/jsdevices.c): lines, packets, Ctrl-C and the debugger are only for the
 * device that has the console, and `force` keeps it away from lines that are plugged in or connected later. `.boot0` runs at
 * every start, `reset()` and `load()`, also with the button held, and before the first byte of any line is looked at. The
 * password is a second wall: with it the firmware ignores Ctrl-C and evaluates nothing, wherever the console may be.
 *
 * The button is the only way out. First the key and the passphrase of a network are overwritten where they stand: Storage only
 * strikes out the name of a file that it erases, and the bytes could be read still. Then all of the storage is erased, and the memory
 * that no variable holds. What fails on the way leaves the console locked.
 */
export const bootLock = ({ pin, pressed, line }: LockOptions): string => {
  const held = `${pin}.read()==${pressed}`
  // Why as a text that is joined: the code of `.boot0` lies in the flash that is erased, this in memory.
  const last =
    'var s=require("Storage"),m=[];s.eraseAll();if(!s.list().length){' +
    `while(process.memory().free>200)m.push("\\0".repeat(200));m=undefined;E.setConsole("${line}")}`
  return `E.setConsole(null,{force:true});
(function(){
if(!(${held})){E.setPassword("${password}");E.lockConsole();return;}
var t=Date.now()+${heldMs};
while(${held}&&Date.now()<t);
if(!(${held})){E.reboot();return;}
["hexfix.key","hexfix.wifi0","hexfix.wifi1"].forEach(function(n){
var k=require("Storage").read(n);
if(k!==undefined)try{require("Flash").write("\\0".repeat(k.length),E.getAddressOf(k,true));}catch(e){}
});
setTimeout([${JSON.stringify(last)},""].join(""),1);
})();
`
}
