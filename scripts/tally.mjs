/**
 * A vitest reporter that counts. A file that cannot be imported, a broken hook, an error outside a test
 * and a test that never ran each count as one failure, so that nothing is lost in silence.
 * A skip says why and how to run it: `ctx.skip('no libsecp256k1; run: scripts/debian-packages.sh')`.
 */
export class Tally {
  #passed = 0
  #failed = 0
  #skips = []
  #pattern

  onInit(vitest) {
    this.#pattern = vitest.config.testNamePattern
  }

  onTestRunEnd(modules, unhandledErrors) {
    this.#failed += unhandledErrors.length
    for (const module of modules) {
      this.#failed += Math.min(1, module.errors().length)
      for (const suite of module.children.allSuites()) this.#failed += Math.min(1, suite.errors().length)
      for (const test of module.children.allTests()) this.#count(test, module)
    }
  }

  #count(test, module) {
    const { state, note } = test.result()
    if (state === 'passed') this.#passed += 1
    else if (state !== 'skipped' || isBroken(test.parent)) this.#failed += 1
    else if (!this.#pattern || this.#pattern.test(test.fullName.replaceAll(' > ', ' '))) {
      this.#skips.push({ name: `${module.relativeModuleId} > ${test.fullName}`, note })
    }
  }

  broken() {
    this.#failed += 1
  }

  /** One block for each skipped test: its name, the reason, the command that would make it run. */
  lines() {
    return this.#skips.map(({ name, note = '' }) => {
      const [, reason, command] = /^(.*?);?\s*run: (.+)$/s.exec(note) ?? [undefined, note, '']
      return `skipped: ${name}\n  why: ${reason || 'not said'}\n  run: ${command || 'not said'}`
    })
  }

  summary() {
    return `${this.#passed} passed, ${this.#failed} failed, ${this.#skips.length} skipped`
  }

  exitCode(inCi) {
    return this.#failed > 0 || this.#passed === 0 || (inCi && this.#skips.length > 0) ? 1 : 0
  }
}

/** A hook of this suite, or of one around it, failed; vitest then calls the tests skipped. */
const isBroken = (suite) => suite?.errors().length > 0 || (suite?.type === 'suite' && isBroken(suite.parent))
