"""Runs DVC commands one after the other, each in a fork of this process, which has DVC loaded already.

Input: a line of JSON a command, {"cwd", "args", "env"}; output: a line of JSON each, {"code", "stdout", "stderr"}.
"""

import importlib
import json
import os
import sys
import tempfile

import dvc.cli
import dvc.cli.parser

# What the commands load by themselves, loaded once instead.
for module in """
dvc.cachemgr dvc.data_cloud dvc.repo.artifacts dvc.repo.data dvc.repo.datasets dvc.repo.diff dvc.repo.graph dvc.repo.index
dvc.repo.metrics dvc.repo.open_repo dvc.repo.params dvc.repo.plots dvc.repo.reproduce dvc.repo.stage dvc.repo.worktree dvc.rwlock dvc.scm
dvc.utils.strictyaml dvc_data.hashfile._progress dvc_data.hashfile.status dvc_data.hashfile.db.local dvc_data.index.build
dvc_data.index.checkout dvc_data.index.diff dvc_data.index.fetch dvc_data.index.push fsspec.implementations.memory networkx psutil rich.json
rich.syntax
""".split():
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        pass  # another version of DVC has it elsewhere
dvc.cli.parser.get_main_parser()


def child(request, out, err):
    os.chdir(request["cwd"])
    os.environ.update(request["env"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    code = 1
    try:
        code = dvc.cli.main(request["args"])
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


for line in sys.stdin:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            child(json.loads(line), out, err)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
        print(json.dumps({"code": code, "stdout": texts[0], "stderr": texts[1]}), flush=True)
