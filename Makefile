# make chat   set everything up and open the window (a second run starts at once)
# make test   set everything up and run the whole test suite, without a display
#
# Everything is installed into .venv; remove that folder to start anew. Only missing Qt system libraries (and
# python3-venv) are installed with apt-get, and only if you are root or sudo is there.

VENV := .venv
BIN := $(VENV)/bin
TORCH_VERSION := 2.13.0
# The default index serves CUDA builds of several gigabytes for Linux; this one the plain CPU build.
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: chat test install lint wheel clean help

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | head -2

chat: $(VENV)/.installed $(VENV)/.window_libraries
	@$(BIN)/chatbot

test: $(VENV)/.tested_with $(VENV)/.windowless_libraries
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(PYTEST_ARGUMENTS)

install: $(VENV)/.installed $(VENV)/.window_libraries
	@echo "Installed. Start the program with $(BIN)/chatbot"

lint: $(VENV)/.tested_with
	$(BIN)/ruff check chatbot tests

wheel: $(VENV)/.tested_with
	$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build .pytest_cache .ruff_cache .hypothesis

# ---- system packages --------------------------------------------------------------------------------------------

# $(call apt_install,PACKAGES,WHAT FOR): installs, or says in one sentence what to ask an administrator for.
define apt_install
	if ! command -v apt-get >/dev/null; then \
	    echo "$(2) needs these packages (Debian's names), please install them: $(1)" >&2; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then as_root=""; \
	elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then as_root="sudo"; \
	else \
	    echo "$(2) needs system packages that may not be installed from here;" \
	         "please ask an administrator to run: apt-get install $(1)" >&2; exit 1; \
	fi; \
	echo "Installing system packages for $(2): $(1)"; \
	$$as_root apt-get update -qq || true; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null || \
	    { echo "apt-get could not install $(1); please install these packages and run make again." >&2; exit 1; }
endef

$(VENV)/.window_libraries: chatbot/process/display.py | $(VENV)/.created
	@missing="$$($(BIN)/python chatbot/process/display.py)"; \
	if [ -n "$$missing" ]; then $(call apt_install,$$missing,the window); fi
	@touch $@

$(VENV)/.windowless_libraries: chatbot/process/display.py | $(VENV)/.created
	@missing="$$($(BIN)/python chatbot/process/display.py --windowless)"; \
	if [ -n "$$missing" ]; then $(call apt_install,$$missing,the test suite); fi
	@touch $@

# ---- virtual environment ----------------------------------------------------------------------------------------

$(VENV)/.created:
	@for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1; then \
	        python="$$candidate"; break; \
	    fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Python 3.11 or newer (up to 3.14) is needed and was not found; install it (on Debian 12 or Ubuntu" \
	         "24.04: apt-get install python3 python3-venv) or name one: make chat PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	    venv_package="$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; \
	    $(call apt_install,$$venv_package,the virtual environment); \
	fi; \
	echo "Creating $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV)
	@$(PIP) install --quiet -c constraints.txt pip
	@touch $@

# A short timeout: where the CPU index cannot be reached, pip goes on with local wheels or fails quickly.
$(VENV)/.torch-$(TORCH_VERSION): | $(VENV)/.created
	@echo "Installing torch $(TORCH_VERSION) (about 200 MB)"
	@$(PIP) install --quiet --timeout 20 --retries 1 --only-binary :all: -c constraints.txt \
	    --index-url $(TORCH_CPU_INDEX) torch==$(TORCH_VERSION) 2>/dev/null || \
	  { echo "$(TORCH_CPU_INDEX) cannot be reached; taking torch from your default index, which for Linux may mean"; \
    echo "a CUDA build of several gigabytes. (Ctrl+C stops; a wheel of your own goes in with PIP_FIND_LINKS=FOLDER.)"; \
	    $(PIP) install --quiet --only-binary :all: -c constraints.txt torch==$(TORCH_VERSION); }
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt chatbot/__init__.py $(VENV)/.torch-$(TORCH_VERSION)
	@echo "Installing chatbot"
	@$(PIP) install --quiet -c constraints.txt hatchling editables
	@$(PIP) install --quiet -c constraints.txt --no-build-isolation --editable .
	@touch $@

$(VENV)/.tested_with: $(VENV)/.installed
	@echo "Installing the tools for testing"
	@$(PIP) install --quiet -c constraints.txt --group dev
	@touch $@
