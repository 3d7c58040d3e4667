// Preloaded into a measured command: tells its peak memory when it ends.
process.on('exit', () => {
  require('node:fs').writeSync(2, `peak-kb ${process.resourceUsage().maxRSS}\n`)
})
