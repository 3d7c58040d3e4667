/** Lets jobs pass as long as the sum of their weights stays within a limit; others wait their turn. */
export interface Gate {
  /** @throws what the job throws; after one failure all that wait fail with the same. */
  pass<T>(weight: number, job: () => Promise<T>): Promise<T>
}

/** A gate with a limit; a job heavier than that passes alone. */
export function openGate(limit: number): Gate {
  let free = limit
  let broken: { readonly error: unknown } | undefined
  const waiting: { readonly weight: number; readonly enter: () => void }[] = []

  const admit = (): void => {
    for (let next = waiting[0]; next && (broken || next.weight <= free); next = waiting[0]) {
      waiting.shift()
      free -= next.weight
      next.enter()
    }
  }
  const pass = async <T>(wanted: number, job: () => Promise<T>): Promise<T> => {
    const weight = Math.min(wanted, limit)
    await new Promise<void>(enter => {
      waiting.push({ weight, enter })
      admit()
    })
    try {
      if (broken) throw broken.error
      return await job()
    } catch (error) {
      broken ??= { error }
      throw error
    } finally {
      free += weight
      admit()
    }
  }
  return { pass }
}
