import zipfile
from pathlib import Path

import pytest

from geo.errors import UnreadableSource
from ingest.postcode import PostcodeFile, read_postcodes

# The header rows as published.
ONSPD_2023 = (
    "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,nhser,ctry,rgn,"
    "streg,pcon,eer,teclec,ttwa,pct,itl,statsward,oa01,casward,park,lsoa01,msoa01,ur01ind,oac01,oa11,lsoa11,msoa11,wz11,sicbl,"
    "bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,icb,oa21,lsoa21,msoa21"
)  # fmt: skip
NSPL_2020 = (
    "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa11,cty,ced,laua,ward,hlthau,nhser,ctry,rgn,pcon,eer,"
    "teclec,ttwa,pct,nuts,park,lsoa11,msoa11,wz11,ccg,bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,stp"
)
NSPL_2026 = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty26cd,ced25cd,lad26cd,wd26cd,nhser24cd,ctry26cd,"
    "rgn26cd,pcon24cd,ttwa15cd,itl25cd,npark16cd,lsoa21cd,msoa21cd,wz11cd,sicbl26cd,bua24cd,ruc21ind,oac21ind,lat,long,"
    "lep21cd1,lep21cd2,pfa23cd,imd25ind,icb26cd"
)
ONSPD_2008 = "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,usertype,oseast1m,osnrth1m,osgrdind,oshlthau"

ROW = '"EC2V 7HH",10,530625,178388,"E92000001","","","","E09000001","E05009288"'


def ons(postcode: str, header: str = ONSPD_2023) -> str:
    known = dict.fromkeys(("pcd", "pcd7", "pcds"), f'"{postcode}"')
    known |= {"oseast1m": "530625", "east1m": "530625", "osnrth1m": "178388", "north1m": "178388"}
    known |= {"osgrdind": "1", "gridind": "1", "lat": "51.489370", "long": "-0.119926"}
    return ",".join(known.get(name, '""') for name in header.split(","))


def test_code_point_open_is_known_by_its_rows(tmp_path: Path) -> None:
    (tmp_path / "ec.csv").write_text(ROW)
    assert read_postcodes(tmp_path / "ec.csv").kind == "code-point-open"


def test_one_bad_first_row_does_not_hide_a_file(tmp_path: Path) -> None:
    (tmp_path / "ec.csv").write_text(f"cut,short\n{ROW}\n")
    rows = read_postcodes(tmp_path / "ec.csv")
    assert (rows.kind, rows.rows, len(rows.records)) == ("code-point-open", 2, 1)


@pytest.mark.parametrize(
    ("header", "kind"),
    [(ONSPD_2023, "onspd"), (ONSPD_2008, "onspd"), (NSPL_2020, "nspl"), (NSPL_2026, "nspl")],
    ids=["ONSPD of 2023", "ONSPD of 2008, without latitudes", "NSPL of 2020", "NSPL of 2026, renamed"],
)
def test_onspd_and_nspl_are_known_by_their_header(tmp_path: Path, header: str, kind: str) -> None:
    (tmp_path / "uk.csv").write_text(f"{header}\n{ons('EC2V7HH', header)}\n")
    rows = read_postcodes(tmp_path / "uk.csv")
    assert (rows.kind, rows.rows, len(rows.records)) == (kind, 1, 1)


def published_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_an_ons_zip_that_holds_every_row_twice_is_read_once(tmp_path: Path) -> None:
    whole = f"{ONSPD_2023}\n{ons('EC2V7HH')}\n{ons('E1  6AN')}\n"
    rows = read_postcodes(
        published_zip(
            tmp_path / "onspd.zip",
            {
                "Data/ONSPD_FEB_2023_UK.csv": whole,
                "Data/multi_csv/ONSPD_FEB_2023_UK_EC.csv": f"{ONSPD_2023}\n{ons('EC2V7HH')}\n",
                "Documents/LAD names.csv": "LAD22CD,LAD22NM\nE09000001,City of London\n",
            },
        )
    )
    assert rows.files == (PostcodeFile("Data/ONSPD_FEB_2023_UK.csv", 2, 2, 0),)
    assert rows.ignored == ("Data/multi_csv/ONSPD_FEB_2023_UK_EC.csv", "Documents/LAD names.csv")


def test_the_areas_are_read_where_the_whole_is_not_there(tmp_path: Path) -> None:
    areas = {
        f"Data/multi_csv/ONSPD_FEB_2023_UK_{area}.csv": f"{ONSPD_2023}\n{ons(postcode)}\n"
        for area, postcode in [("EC", "EC2V7HH"), ("E", "E1  6AN")]
    }
    rows = read_postcodes(published_zip(tmp_path / "onspd.zip", areas))
    assert (rows.rows, len(rows.records), len(rows.files)) == (2, 2, 2)


def test_a_folder_is_read_as_its_zip_is(tmp_path: Path) -> None:
    (tmp_path / "codepo_gb/Data/CSV").mkdir(parents=True)
    (tmp_path / "codepo_gb/Data/CSV/ec.csv").write_text(ROW)
    zipped = published_zip(tmp_path / "codepo_gb.zip", {"codepo_gb/Data/CSV/ec.csv": ROW})
    assert read_postcodes(tmp_path) == read_postcodes(zipped)


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "Postcode,Latitude,Longitude\nEC2V 7HH,51.5,-0.1\n", ons("EC2V7HH")]
)
def test_a_file_of_another_kind_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.csv").write_text(text)
    with pytest.raises(UnreadableSource, match="holds no postcodes"):
        read_postcodes(tmp_path / "other.csv")


def test_two_kinds_at_once_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "ec.csv").write_text(ROW)
    (tmp_path / "onspd.csv").write_text(f"{ONSPD_2023}\n{ons('EC2V7HH')}\n")
    with pytest.raises(UnreadableSource, match="code-point-open and onspd"):
        read_postcodes(tmp_path)


def test_a_damaged_or_missing_zip_is_an_error(tmp_path: Path) -> None:
    lines = "\n".join(ROW.replace("530625", str(530625 + n * 37 % 1000)) for n in range(3000))
    whole = published_zip(tmp_path / "codepo_gb.zip", {"ec.csv": lines})
    damaged = bytearray(whole.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    whole.write_bytes(damaged)
    with pytest.raises(UnreadableSource, match=r"codepo_gb\.zip cannot be read"):
        read_postcodes(whole)
    with pytest.raises(UnreadableSource, match=r"missing\.zip does not exist"):
        read_postcodes(tmp_path / "missing.zip")


def test_a_malformed_row_in_another_encoding_is_a_reject_of_its_line(tmp_path: Path) -> None:
    other = ROW.replace("EC2V 7HH", "EC2V 7HJ")
    (tmp_path / "ec.csv").write_bytes(b"\xef\xbb\xbf" + f"{ROW}\nÿ,cut\n{other}\n".encode("latin-1"))
    rows = read_postcodes(tmp_path / "ec.csv")
    assert (rows.rows, len(rows.records)) == (3, 2)
    assert [(one.line, one.reason) for one in rows.rejects] == [(2, "wrong-number-of-columns")]


@pytest.mark.parametrize("start", ["x" * 200_000, f"{ONSPD_2023}\rmore"])
def test_a_file_whose_first_line_is_no_header_is_none_of_ours(tmp_path: Path, start: str) -> None:
    (tmp_path / "odd.csv").write_bytes(start.encode())
    with pytest.raises(UnreadableSource, match="holds no postcodes"):
        read_postcodes(tmp_path / "odd.csv")
