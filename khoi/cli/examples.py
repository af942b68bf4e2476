"""An example in the help of every command: what people of an office type, on the committees of `khoi demo`.

Each runs in a test (`tests/khoi/cli/test_examples.py`) on a small deployment, its names exchanged for those there.
"""

from __future__ import annotations

import typer

EXAMPLES: dict[str, tuple[str, ...]] = {
    "demo": ("khoi demo", "khoi --home /tmp/xem-thu demo --fresh"),
    "init": ("khoi init /srv/khoi",),
    "template": ("khoi template --period 2022H1 --out bieu-mau", "khoi template --period 2022H1 --org TV-001"),
    "check": ("khoi check TV-001_2022H1.xlsx", "khoi check TV-001_2022H1.xlsx --annotate --out tra-lai"),
    "explain": ("khoi explain TV-001_2022H1.xlsx", "khoi explain TV-001_2022H1.xlsx --rule R001A"),
    "run": ("khoi run", "khoi -q run --period 2022H1 --settle 0"),
    "followup": ("khoi followup", "khoi followup --committee TV --period 2022H1 --most 5"),
    "reconcile": ("khoi reconcile", "khoi reconcile --all"),
    "trace": ("khoi trace members_total@TV@2022H1 --most 5",),
    "compare": (
        "khoi compare members_total --from 2022H1 --to 2022H2 --committee TV",
        "khoi compare members_total --from 2022H1 --to 2022H2 --like-for-like",
    ),
    "published": ("khoi published", "khoi published members_total@TV@2022H1"),
    "correct": ("khoi correct",),
    "audit": ("khoi audit bao-cao.txt", "khoi audit bao-cao.txt --committee TV --period 2022H1"),
    "export": (
        "khoi export rpt_completeness -o day-du.xlsx",
        "khoi export members_total@TV@2022H1 -o dang-vien.xlsx",
        'khoi export "select * from fct_findings" -o phat-hien.csv --separator ";"',
    ),
    "share": ("khoi share -o chia-se", "khoi share -o chia-se --below 10"),
    "query": (
        "khoi query \"select * from rpt_completeness where state = 'missing'\"",
        'khoi query "select count(*) from fct_observations" --csv',
        'khoi query "select * from dim_measures" --xlsx chi-tieu.xlsx',
    ),
    "report": (
        "khoi report half-year --committee TV --period 2022H1 -o bao-cao.docx",
        "khoi report mid-term --committee TV --from 2022H1 --period 2022H2 -o giua-nhiem-ky.docx",
        "khoi report bieu --committee TV --period 2022H2 -o bieu-1-7.xlsx",
    ),
    "path": ("khoi path", "khoi path bi"),
    "catalogue": ("khoi catalogue forms", "khoi catalogue codes --json"),
    "dictionary": ("khoi dictionary --out tu-dien",),
    "backup": ("khoi backup sao-luu --keep 30",),
    "restore": ("khoi restore sao-luu --check", "khoi restore sao-luu khoi-moi"),
    "doctor": ("khoi doctor",),
    "prune": ("khoi prune --dry-run",),
    "serve": ("khoi serve --port 3000",),
    "withdraw": ("khoi withdraw", 'khoi withdraw TV-001_2022H1.xlsx --by specialist --reason "gửi nhầm kỳ"'),
    "forget": ("khoi forget", 'khoi forget TV-002_2022H1.xlsx --by specialist --reason "có thông tin cá nhân"'),
    "answer list": ("khoi answer list", "khoi answer list --state open"),
    "answer accept": ("khoi answer accept 0123456789abcdef --by specialist --until 2022H2",),
    "answer withdraw": ("khoi answer withdraw 0123456789abcdef --by specialist",),
    "layout suggest": ("khoi layout suggest mau-rieng.xlsx --period 2022H1",),
    "layout list": ("khoi layout list",),
    "layout check": ("khoi layout check mau-rieng.xlsx",),
    "registers edit": ("khoi registers edit -o so-dang-ky.xlsx", "khoi registers edit --from so-dang-ky.xlsx"),
    "registers check": ("khoi registers check",),
    "rules list": ("khoi rules list",),
    "rules show": ("khoi rules show R001A",),
    "rules audit": ("khoi rules audit --period 2022H1",),
    "publications list": ("khoi publications list",),
    "publications show": ("khoi publications show current",),
    "publications rollback": ('khoi publications rollback 1 --by specialist --reason "thử lại bản trước"',),
    "publications prune": ("khoi publications prune --keep 3",),
}


def with_examples(app: typer.Typer, before: str = "") -> None:
    """Give every command of ``app`` its examples, a line each below its options."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        if lines := EXAMPLES.get(f"{before}{name}"):
            command.epilog = "\n\n".join(("Ví dụ / examples:", *(f"    {line}" for line in lines)))
    for group in app.registered_groups:
        if group.typer_instance is not None:
            with_examples(group.typer_instance, f"{before}{group.name} ")
