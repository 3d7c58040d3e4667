import { execSync } from 'node:child_process'
import { existsSync } from 'node:fs'

// Where npm installs a git repository for everybody (`npm install -g`, as pre-commit does for its
// hooks), it runs `prepare` without the development dependencies (npm/cli#8440): they come here.
const run = command => execSync(command, { stdio: ['ignore', 2, 2] })
if (!existsSync('node_modules/tsx'))
  run('npm ci --global=false --include=dev --ignore-scripts --no-audit --no-fund')
run('npm run build')
