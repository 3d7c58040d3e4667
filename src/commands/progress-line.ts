import { lineText, type Progress, portText, trialText } from '../verify/report.js'

/** The part of standard error that a progress line needs. */
export interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** A line of a terminal that tells how far a run is. */
export interface ProgressLine {
  readonly show: (progress: Progress) => void
  /** Leaves the line empty for what comes next. */
  readonly clear: () => void
}

const CLEAR = '\r\u001b[K'
const EVERY_MILLISECONDS = 50
const MAX_FAILURES = 20

/**
 * Shows `done/total` on one line that is written anew, and failures above it as they come. Quiet where
 * nobody looks: in a pipe or a file.
 */
export function progressLine(terminal: Terminal, now: () => number): ProgressLine {
  if (!terminal.isTTY) return { show: () => {}, clear: () => {} }
  let failures = 0
  let shownAt = Number.NEGATIVE_INFINITY
  const clear = (): void => {
    terminal.write(CLEAR)
  }
  const show = ({ done, total, failure }: Progress): void => {
    if (failure) failures++
    const isNews = failure !== undefined && failures <= MAX_FAILURES
    if (!isNews && done < total && now() - shownAt < EVERY_MILLISECONDS) return
    shownAt = now()
    const news = isNews ? `${failureLine(failure)}\n` : ''
    const failed = failures > 0 ? `, ${failures} failed` : ''
    terminal.write(`${CLEAR}${news}${done}/${total} checks${failed}`)
  }
  return { show, clear }
}

const failureLine = (failure: NonNullable<Progress['failure']>): string =>
  lineText(`FAIL ${portText(failure.check.destination)}: ${trialText(failure)}: ${failure.problem}`)
