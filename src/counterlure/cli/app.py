"""The commands and their order in `--help`."""

from __future__ import annotations

import typer

from counterlure.cli import bench, casework, demo, explain, network, register, rules, scan, serve, simulate
from counterlure.cli.faults import Commands

app = typer.Typer(
    name="counterlure",
    cls=Commands,
    help="Finds hostile approaches on professional networks and warns the people approached.\n\n"
    "Give `scan` the archives your colleagues handed in; it says which accounts stand out and why, who else was "
    "reached, how far it went, and writes a report and a letter for each person to warn. It reads files you hold, "
    "never the network, and judges accounts, never the people behind them.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

app.command()(scan.scan)
app.command()(explain.explain)
app.command()(serve.serve)
app.add_typer(serve.users, name="users")
app.command()(network.network)
app.command()(demo.demo)
app.command()(simulate.simulate)
app.command()(casework.init)
app.command()(casework.doctor)
app.command()(casework.purge)
app.add_typer(register.app, name="register")
app.add_typer(rules.app, name="rules")
app.add_typer(bench.app, name="bench")
app.command()(casework.version)
