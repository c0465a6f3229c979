#!/usr/bin/env bash
# Kills many more processes than the test does by default: 200, or as many as the first argument says.
set -euo pipefail
cd "$(dirname "$0")/../.."
LUMINA_KILL_ROUNDS="${1:-200}" exec cargo test -p lumina-tests --test kill_loop -- --nocapture
