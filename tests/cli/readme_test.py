"""The README's C program: it compiles as it stands there, and does what the text says."""
import re
import subprocess
import tempfile

from harness import TOP, holds, same, test
from servers import Site, answer_with


@test
def the_program_of_the_readme_runs():
    """About twelve lines, without a warning, and it prints the body."""
    (program,) = re.findall(r"```c\n(.*?)```", (TOP / "README.md").read_text(), re.S)
    holds("it is short", program.count("\n") <= 13, program.count("\n"))
    with tempfile.TemporaryDirectory() as folder, Site({None: answer_with(b"a body\0with a NUL")}) as site:
        lib = str(TOP / "build" / "lib")
        subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{TOP}/include", "-x", "c", "-", "-o", folder + "/readme",
                        f"-L{lib}", "-lreqtask", f"-Wl,-rpath,{lib}"], input=program.encode(), check=True)
        ran = subprocess.run([folder + "/readme", site.url()], capture_output=True, timeout=30, check=True)
        same("output", ran.stdout, b"a body\0with a NUL")
