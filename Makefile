# The commands of the README. All of them run on the Node that package.json pins, whatever `node` the machine has.

.DEFAULT_GOAL := interop
.PHONY: interop interop-full test check bench build fuzz siege soak event-loop image image-bases image-check pack-check clean

MLS_INTEROP = npm run -s mls-interop --
INSTALLED = node_modules/.package-lock.json

# Installs what is needed, then drives our two crypto providers through every script that the project carries.
interop: $(INSTALLED)
	@mkdir -p out
	@$(MLS_INTEROP) interop --assignments 16 --jobs 4 --transcripts failed --json out/interop.json --record out/interop.jsonl --html out/interop.html
	@echo 'results: out/interop.html, out/interop.json, out/interop.jsonl'

# The same with any script files: make interop-full SCRIPTS='a.json b.json' [ARGS='--suite 1 --random']
interop-full: $(INSTALLED)
	@mkdir -p out
	@$(MLS_INTEROP) interop $(SCRIPTS) --all --assignments 256 --jobs 4 --transcripts failed --json out/interop-full.json --record out/interop-full.jsonl --html out/interop-full.html $(ARGS)
	@echo 'results: out/interop-full.html, out/interop-full.json, out/interop-full.jsonl'

test: check
	@npm test --silent

# Types.
check: $(INSTALLED)
	@npm run -s check

# Ours beside ts-mls, as a table: make bench [ARGS='--sizes 10,100']
bench: $(INSTALLED) test/bench/peers/$(INSTALLED)
	@$(MLS_INTEROP) bench $(ARGS)

# Coverage-guided fuzzing: make fuzz [TARGETS='decode receive'] [SECONDS=60]
fuzz: $(INSTALLED)
	@for target in $(or $(TARGETS),decode inspect restore receive join rpc); do npm run -s fuzz -- $$target --seconds $(or $(SECONDS),60) || exit 1; done

# Mutated messages for a service over gRPC: make siege [MESSAGES=1000000]
siege: $(INSTALLED)
	@npm run -s siege -- --messages $(or $(MESSAGES),1000000)

# An hour of traffic at full rate, with the memory of the service: make soak [ARGS='--seconds 600']
soak: $(INSTALLED)
	@npm run -s soak -- $(ARGS)

# How long the engine blocks the event loop in a group of 10,000: make event-loop [ARGS='--members 1000']
event-loop: $(INSTALLED)
	@npm run -s event-loop -- $(ARGS)

build: $(INSTALLED)
	@npm run -s build

# The container image, with docker, podman or buildah: make image [IMAGE=mls-interop] [ENGINE=buildah]
image:
	@sh docker/build-image.sh

# Its two base images, where no registry can be reached.
image-bases: $(INSTALLED)
	@sh docker/local-bases.sh

# Builds the image, serves and runs with it on a read-only root, stops it.
image-check: image
	@sh docker/check-image.sh

# Packs the package and uses it in an empty folder: types, a program, the command.
pack-check: $(INSTALLED)
	@sh test/package/check-pack.sh

clean:
	rm -rf node_modules dist out

# The other engines pin other versions of noble, so they are a package of their own.
test/bench/peers/$(INSTALLED): test/bench/peers/package.json test/bench/peers/package-lock.json
	npm ci --no-audit --no-fund --prefix test/bench/peers
	@touch $@

$(INSTALLED): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@
