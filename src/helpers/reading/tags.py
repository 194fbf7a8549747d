"""How does a list of words in a cell become rows?"""

import narwhals as nw


def one_a_row(frame: nw.LazyFrame, column: str) -> nw.LazyFrame:
    """Make a row of each word of a column, words between spaces.

    A table in pandas knows lists only with a library that the project does without, so there the words are split by
    pandas itself.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        A table.
    column : str
        Its column of words; rows without any must be left out before.

    Returns
    -------
    narwhals.LazyFrame
        With as many rows for each as it has words, empty ones among them where two spaces stand together.
    """
    import pandas as pd

    native = frame.to_native()
    if isinstance(native, pd.DataFrame):
        return nw.from_native(native.assign(**{column: native[column].str.split(" ")}).explode(column)).lazy()
    return frame.with_columns(nw.col(column).str.split(" ")).explode(column)
