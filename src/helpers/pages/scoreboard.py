"""What do the data say about each claim? The page of a run that shows all of them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from helpers.claims import questions
from helpers.pages.assets import written
from helpers.pages.findings import STRENGTH, folded, headline, is_judged, method, planted, strongest
from helpers.pages.headings import slug
from helpers.pages.known import Known, in_short, known
from helpers.pages.takeaways import sentences, takeaways
from helpers.pages.views import claim_views, counts, facts

FEW_CLAIMS = 12
"""So many claims on a person's own data stand open on the page; more would be dozens of screens of a telephone."""


def index_page(
    rows: Sequence[Mapping[str, Any]],
    *,
    run: str,
    data: Mapping[str, Any],
    notebooks: Sequence[Mapping[str, Any]],
    registry: Mapping[str, Any],
    fingerprint: str,
    documents: Mapping[str, str] | None = None,
    untestable: Sequence[Any] = (),
    own: bool = False,
    truth: Mapping[str, Any] | None = None,
    tally: Mapping[str, Mapping[str, int]] | None = None,
    registration: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] = MappingProxyType({}),
    leads: Mapping[str, str] = MappingProxyType({}),
    sets: Mapping[str, Sequence[str]] = MappingProxyType({}),
    evidence: Mapping[str, str] | None = None,
) -> str:
    """Write the scoreboard.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of claims.csv, with plain numbers.
    run : str
        The run's name.
    data : mapping
        name, kind, and what a record's part ``data`` says where there is one.
    notebooks : sequence of mapping
        name, title, state (done, failed, not run), answer, message.
    registry : mapping of str to Claim
        For the wordings.
    fingerprint : str
        Kept in the page, so that a later run knows that it is current.
    documents : mapping of str to str
        The documents' titles by their number.
    untestable : sequence of Untestable
        What the documents state and no data can test.
    own : bool
        Whether the data are of an account of one's own, or of a few.
    truth : mapping
        What simulated data were made to hold, as ``truth.toml`` has it.
    tally : mapping of str to mapping
        What was done about the statements of each document, by its number.
    registration : mapping, optional
        Whether the run keeps to what was registered: fits, head, says.
    answers : mapping of str to str
        As in `known.known`.
    leads : mapping of str to str
        For each of these the claim with which it begins.
    sets : mapping of str to sequence of str
        For each of these what the single open datasets gave, for a fold.
    evidence : mapping of str to str
        By claim id what open data gave, in a few words.

    Returns
    -------
    str
        One HTML file that opens offline; without scripts it is a plain table. On simulated data its first screen has a
        row a question: what is known about the world, and beside it, told apart, what the notebooks take from the run.
    """
    views = claim_views(rows, registry=registry)
    theirs = data["kind"] != "simulated"
    shown = [view for view in views if is_judged(view)] if theirs else views
    decided = {view["notebook"] for view in views if view.get("verdict") in STRENGTH[:-1]}  # the last cannot tell
    asked = grouped(shown, by="question")
    truths = planted(truth or {}, registry=registry)
    for group in asked:
        group["method"] = "" if theirs else method(group["claims"], truths)
    by_title = {group["name"]: group for group in asked}
    world = known(registry, questions(), answers=answers, sets=sets)
    books = {notebook["name"]: notebook for notebook in notebooks}
    context = {
        "theirs": theirs,
        "few": FEW_CLAIMS,
        "own": own,
        "registration": registration,
        "headline": headline(views, own=own, accounts=(data.get("units") or {}).get("accounts", 1)),
        "takeaways": takeaways([told for told in notebooks if told["name"] in decided]),
        "own_book": next((told["name"] for told in notebooks if _is_own(told, own)), ""),
        "own_told": sentences(next((told["answer"] for told in notebooks if _is_own(told, own)), "")),
        "findings": strongest(shown),
        "is_open": not decided,
        "folded": folded(views) if theirs else [],
        "quoted": [view for view in views if view["kind"] == "Q"] if theirs else [],
        "run": run,
        "data": data,
        "facts": facts(data),
        "notebooks": sorted(notebooks, key=lambda told: not _is_own(told, own)),
        "books": books,
        "brief": [] if theirs else shortly(asked, world, books=books, leads=leads),
        "answering": {view["notebook"] for view in views},
        "total": len(views),
        "counts": counts(shown),
        "questions": asked,
        "documents": grouped(shown, by="document", titles=documents or {}),
        "known": [{**vars(one), "group": by_title[one.question]} for one in world if one.question in by_title],
        "tally": tally or {},
        "evidence": evidence or {},
        "untestable": untestable,
        "fingerprint": fingerprint,
    }
    return written("index.html.j2", context, script="index.js")


def shortly(
    groups: Sequence[Mapping[str, Any]],
    world: Sequence[Known],
    *,
    books: Mapping[str, Mapping[str, Any]],
    leads: Mapping[str, str] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Put what is known on each question beside what a run on simulated data found, those that lead first.

    Parameters
    ----------
    groups : sequence of mapping
        From `grouped` by question, each with its ``method``; without one it needs no data.
    world : sequence of Known
        From `known.known`.
    books : mapping of str to mapping
        The notebooks by name.
    leads : mapping of str to str
        As in `index_page`: where a notebook first says something on another claim, the run's answer to this one stands.

    Returns
    -------
    list of dict
        For each question its group, what is told of it (a `Known` or None), its place among those, and in short what is
        known and what its notebooks say first. What needs no data is known, whatever they are.
    """
    told = {one.question: (place, one) for place, one in enumerate(world, start=1)}
    ahead, rows = {one.question for one in world if one.lead}, []
    for group in sorted(groups, key=lambda group: group["name"] not in ahead):
        place, one = told.get(group["name"], (0, None))
        said = " ".join(sentences(books[name]["answer"])[0] for name in group["notebooks"] if _answers(books, name))
        is_known = not (one or group["method"])
        lead = [view for view in group.get("claims", ()) if view["claim_id"] == leads.get(group["name"])]
        if said and lead and lead[0]["answer"] and lead[0]["plain_here"] not in said:
            said = lead[0]["answer"]
        rows.append(
            {
                "group": group,
                "told": one,
                "place": place,
                "known": said if is_known else in_short(one) if one else "",
                "found": "" if is_known else said,
            }
        )
    return rows


def _answers(books: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    return bool(name in books and books[name]["answer"])


def _is_own(told: Mapping[str, Any], own: bool) -> bool:
    return own and told["name"].endswith("own-account")


BESIDE = {"beside": "Beside the documents: what readers ask next"}
"""Where claims stand that no document makes, lest they count for one."""


def grouped(
    views: Sequence[Mapping[str, Any]], *, by: str, titles: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Put the claims of one question, or of one document, together; a claim of two documents stands with both.

    Claims that no document makes stand in a group of their own, and in no document's.

    Parameters
    ----------
    views : sequence of mapping
        From `claim_views`.
    by : str
        ``"question"`` follows the notebooks, ``"document"`` its numbers.
    titles : mapping of str to str
        Words for the names, where there are any.

    Returns
    -------
    list of dict
        name, number (of a document), place (its id on the page), title, claims, counts, and the notebooks that answer
        them.
    """
    told = {id(view): (view[by].split() or [*BESIDE]) if by == "document" else [view[by]] for view in views}
    names = dict.fromkeys(name for view in views for name in told[id(view)])
    groups = []
    first = {name: min(view["notebook"] for view in views if name in told[id(view)]) for name in names}
    for name in sorted(names, key=lambda name: name if by == "document" else first[name]):
        claims = [view for view in views if name in told[id(view)]]
        title = {**(titles or {}), **BESIDE}.get(name, "") or (
            f"Document {name}" if by == "document" else name or "Other claims"
        )
        answered_by = list(dict.fromkeys(view["notebook"] for view in claims))
        place = f"{by}-{slug(name)}"
        number = "" if by == "question" or name in BESIDE else name
        about = {
            "name": name,
            "number": number,
            "place": place,
            "title": title,
            "claims": claims,
            "notebooks": answered_by,
        }
        groups.append({**about, "counts": counts(claims)})
    return groups
