import { constants, isUtf8 } from 'node:buffer'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type Diagnostics, type Source, STDIN } from '../diagnostics/diagnostic.js'

/** The settings of `kubenat check`; in a folder of objects it is none of them. */
export const SETTINGS_FILE = '.kubenat.yaml'

/** The options of a golden case; in a folder of objects they are none of them. */
const CASE_FILE = 'kubenat.yaml'

const EXTENSIONS = /\.(?:yaml|yml|json)$/

/**
 * Texts of files, of directories (`*.yaml`, `*.yml` and `*.json` in them, as kubectl takes them) and
 * of standard input (`-`), in the order given. What cannot be read is reported and left out.
 */
export async function readSources(
  paths: readonly string[],
  options: { readonly recursive: boolean },
  problems: Diagnostics,
): Promise<Source[]> {
  const sources: Source[] = []
  for (const path of new Set(paths)) {
    const files = path === '-' ? ['-'] : filesAt(path, options.recursive, problems)
    for (const file of files) {
      const source = await readSource(file, problems)
      if (source) sources.push(source)
    }
  }
  return sources
}

/** The text of one file, or of standard input for `-`; what cannot be read is reported. */
export async function readSource(file: string, problems: Diagnostics): Promise<Source | undefined> {
  const name = file === '-' ? STDIN : file
  try {
    // No variable holds the bytes: they can go as soon as the text is made.
    const decoded = decodeText(file === '-' ? await readStdin() : readFileSync(file))
    if ('text' in decoded) return { name, text: decoded.text }
    problems.reportAt('KN004', { name, text: '' }, undefined, decoded.problem)
  } catch (error) {
    problems.reportAt('KN001', { name, text: '' }, undefined, reason(error))
  }
  return undefined
}

function filesAt(path: string, recursive: boolean, problems: Diagnostics): string[] {
  const unreadable = (message: string): string[] => {
    problems.reportAt('KN001', { name: path, text: '' }, undefined, message)
    return []
  }
  try {
    const there = statSync(path, { throwIfNoEntry: false })
    if (!there && /^[a-z]+:\/\//i.test(path))
      return unreadable('is a URL, and nothing is fetched: curl -fsSL URL | kubenat ... -f -')
    if (!there && PATTERN.test(path)) {
      const matches = filesLike(path)
      return matches.length > 0
        ? matches.flatMap(match => filesAt(match, recursive, problems))
        : unreadable('is a pattern that no file matches')
    }
    if (!statSync(path).isDirectory()) return [path]
    const found = filesIn(path, recursive)
    const kustomizations = found.filter(file => KUSTOMIZATIONS.includes(basename(file)))
    if (kustomizations.length > 0) reportKustomization(path, kustomizations, problems)
    const files = found.filter(file => !kustomizations.includes(file)).sort(compareBytes)
    if (files.length > 0) return files
    const hint = recursive ? '' : ' (-R looks into its subdirectories, too)'
    return unreadable(`has no .yaml, .yml or .json file${hint}`)
  } catch (error) {
    return unreadable(reason(error))
  }
}

/** What is no object of a folder: settings of kubenat. */
const NO_OBJECTS: readonly string[] = [SETTINGS_FILE, CASE_FILE]

const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** Tells once of all kustomizations of a folder. */
function reportKustomization(
  folder: string,
  [first = '', ...others]: readonly string[],
  problems: Diagnostics,
): void {
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  const what =
    resolve(dirname(first)) === resolve(folder)
      ? 'is a kustomization'
      : `has kustomizations (${first}${more})`
  const message = `${what}: files are read as they are, without namespace, patches and generators (kubectl kustomize DIR | kubenat ... -f - reads what comes of it)`
  problems.reportAt('KN015', { name: folder, text: '' }, undefined, message)
}

const PATTERN = /[*?[]/

/** The paths that a pattern matches, as kubectl reads it: `*`, `?` and `[a-z]` within a name. */
function filesLike(pattern: string): string[] {
  const [first = '', ...rest] = pattern.split('/')
  const start = pattern.startsWith('/') ? '/' : ''
  const steps = start ? rest : [first, ...rest]
  let paths = [start]
  for (const step of steps) {
    paths = paths.flatMap(path => {
      if (!PATTERN.test(step)) {
        const next = join(path, step)
        return existsSync(next) ? [next] : []
      }
      const names = attempt(() => readdirSync(path || '.')) ?? []
      return names.filter(name => matchesName(name, step)).map(name => join(path, name))
    })
  }
  return paths.sort(compareBytes)
}

/** Whether a pattern of one name matches; one that begins with a star matches no hidden file. */
function matchesName(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  const source = pattern.replace(/\[[^\]/]*\]|[\s\S]/g, part => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    if (part.length > 1) return part.replace(/\\/g, '\\\\')
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  })
  return attempt(() => new RegExp(`^${source}$`, 's'))?.test(name) ?? false
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}

function filesIn(directory: string, recursive: boolean): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name)
    // Links to directories are not followed, as in kubectl: they may go round in circles.
    if (entry.isDirectory()) return recursive ? filesIn(path, recursive) : []
    if (NO_OBJECTS.includes(entry.name)) return []
    if (KUSTOMIZATIONS.includes(entry.name)) return [path]
    return EXTENSIONS.test(entry.name) && !isDirectory(path) ? [path] : []
  })
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b))

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error(tooLarge())
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

/** Most bytes that fit into one string: each byte of UTF-8 makes at most one UTF-16 unit. */
const MAX_BYTES = constants.MAX_STRING_LENGTH

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ERR_FS_FILE_TOO_LARGE: tooLarge(),
  ERR_INVALID_ARG_VALUE: 'is not a valid file name',
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code !== undefined && REASONS[code]) || message
}

/** The text of a file, or why it has none. */
export type Decoded = { readonly text: string } | { readonly problem: string }

/** Bytes as UTF-8 text without its byte order mark. Strict: nothing is replaced silently. */
export function decodeText(bytes: Buffer): Decoded {
  if (bytes.length > MAX_BYTES) return { problem: tooLarge(bytes.length) }
  const problem = otherFormat(bytes)
  if (problem) return { problem }
  if (!isUtf8(bytes)) return { problem: `is not valid UTF-8 text (line ${firstBadLine(bytes)})` }
  const nul = bytes.indexOf(0)
  if (nul >= 0) return { problem: `is a binary file (a NUL byte at byte ${nul + 1})` }
  return { text: bytes.toString('utf8', startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0) }
}

/** The message for an input that no string can hold. */
function tooLarge(bytes?: number): string {
  const limit = `at most ${Math.floor(MAX_BYTES / 1e6)} MB of one input can be read`
  return bytes === undefined ? limit : `has ${Math.ceil(bytes / 1e6)} MB: ${limit}`
}

function otherFormat(bytes: Buffer): string | undefined {
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return UTF16
  if (startsWith(bytes, 0x1f, 0x8b)) return 'is compressed with gzip: unpack it first'
  // UTF-16 without a mark: the first character of any object is ASCII, so one of its bytes is 0.
  if (bytes.length >= 4 && bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0) return UTF16
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0) return UTF16
  return undefined
}

const UTF16 = 'is UTF-16 text: save it as UTF-8 (Windows PowerShell writes UTF-16 with ">")'

const startsWith = (bytes: Buffer, ...signature: number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte)

function firstBadLine(bytes: Buffer): number {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline + 1
    if (!isUtf8(bytes.subarray(start, end))) return line
    start = end
  }
  return line
}
