#!/bin/sh
# make pack-check: packs the package, installs it in an empty folder and uses it there as anybody would: a program with the engine, its
# types, and the command. Needs the npm registry for what the package depends on.
set -eu
cd "$(dirname "$0")/../.."
limit=1500000
root=$PWD
folder=$(mktemp -d)
server=
clean() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap clean EXIT
fail() {
  echo "pack-check: $*" >&2
  exit 1
}
# The node of package.json for all that follows, as an absolute path: the folder has none of its own. PACK_NODE=own leaves the one of the machine.
if [ "${PACK_NODE:-}" != own ]; then PATH=$root/node_modules/.bin:$PATH; fi
export PATH

tarball=$folder/$(npm pack --silent --pack-destination "$folder" | tail -1)
bytes=$(wc -c <"$tarball")
[ "$bytes" -lt "$limit" ] || fail "the package takes $bytes bytes, more than $limit"
tar -tzf "$tarball" | sed 's#^package/##' >"$folder/files"
strange=$(grep -Ev '^(dist/.*\.(js|d\.ts|json|md)|proto/mls_client\.proto|schema/[a-z]+\.schema\.json|(README|CHANGELOG|SECURITY)\.md|LICENSE|package\.json)$' "$folder/files" || true)
[ -z "$strange" ] || fail "it has files that nobody needs: $strange"
echo "size: $bytes bytes packed, $(wc -l <"$folder/files") files"

mkdir "$folder/project"
cd "$folder/project"
cat >package.json <<'END'
{ "name": "empty", "private": true, "type": "module" }
END
npm install --no-audit --no-fund --ignore-scripts "$tarball" >"$folder/install.log" 2>&1 || { cat "$folder/install.log"; fail 'it does not install'; }
echo "installed: $(du -sk node_modules | cut -f1) KiB with all that it depends on, $(find node_modules -name package.json -path '*node_modules/*' -prune | wc -l) folders"

cp "$root/test/package/consumer.ts" consumer.ts
cat >tsconfig.json <<'END'
{ "compilerOptions": { "target": "es2024", "lib": ["es2024", "esnext.disposable"], "module": "nodenext", "strict": true, "noEmit": true, "types": ["node"], "skipLibCheck": false }, "files": ["consumer.ts"] }
END
npm install --no-audit --no-fund --ignore-scripts "typescript@$(node -p "require('$root/node_modules/typescript/package.json').version")" \
  "@types/node@$(node -p "require('$root/node_modules/@types/node/package.json').version")" >"$folder/install.log" 2>&1 || { cat "$folder/install.log"; fail 'typescript does not install'; }
"$PWD/node_modules/.bin/tsc" -p . || fail 'its types do not fit'
echo 'types: fit'
said=$(node consumer.ts) || fail 'the program failed'
[ "$said" = 'hello at epoch 1' ] || fail "the program said: $said"
echo "program: $said, on node $(node --version)"

npx --no-install mls-interop --version
node_modules/.bin/mls-interop serve --listen 127.0.0.1:0 >"$folder/serve.log" 2>&1 &
server=$!
tries=0
until grep -q '^listening on ' "$folder/serve.log"; do
  tries=$((tries + 1))
  [ "$tries" -lt 40 ] || { cat "$folder/serve.log"; fail 'serve does not listen'; }
  sleep 0.5
done
address=$(sed -n 's/^listening on //p' "$folder/serve.log")
npx --no-install mls-interop health "$address"
npx --no-install mls-interop run --client "packed=$address" --suite 1 --run joining/welcome --record out/run.jsonl --html out/run.html | tail -4
kill -TERM "$server"
wait "$server" || fail "serve ended with $?"
server=
echo 'serve: ended with 0 after SIGTERM'
