"""Fills the password database of the workgroup host, which does not serve yet."""
import time

from samba.dcerpc import security
from samba.samba3 import param, passdb

INSTANCE = "/srv/dc1"
param.get_context().load(INSTANCE + "/etc/smb.conf")
passdb.set_smb_config(INSTANCE + "/etc/smb.conf")
passdb.set_secrets_dir(INSTANCE + "/private")
DATABASE = passdb.PDB("tdbsam:" + INSTANCE + "/private/passdb.tdb")
HOST = str(passdb.get_global_sam_sid())

NORMAL, DISABLED, NEVER_EXPIRES, LOCKED = 0x10, 0x1, 0x200, 0x400
DOMAIN_GROUP, ALIAS = 2, 4
NOW = int(time.time())
LONG_AGO = 1500000000


def sid(text):
    return security.dom_sid(text)


def user(line, number):
    name, full, how = line.split("|")
    entry = passdb.Samu()
    entry.username = name
    entry.full_name = full
    entry.user_sid = sid("%s-%d" % (HOST, number))
    entry.nt_passwd = bytes.fromhex("@NT_HASH@")
    entry.acct_ctrl = NORMAL | NEVER_EXPIRES
    entry.pass_last_set_time = NOW
    if how == "disabled":
        entry.acct_ctrl |= DISABLED
    elif how == "locked":
        entry.acct_ctrl |= LOCKED
        entry.bad_password_count = 9
        entry.bad_password_time = NOW
    elif how == "expired":
        entry.kickoff_time = LONG_AGO
    elif how == "must-change":
        entry.acct_ctrl = NORMAL
        entry.pass_last_set_time = 0
    elif how == "password-expired":
        entry.acct_ctrl = NORMAL
        entry.pass_last_set_time = LONG_AGO
    elif how == "hours":
        entry.logon_divs = 168
        entry.hours_len = 21
        entry.hours = [0] * 21
    elif how == "workstation":
        entry.workstations = "OTHERPC"
    DATABASE.add_sam_account(entry)
    return str(entry.user_sid)


def mapped(kind, name, text, number):
    entry = passdb.Groupmap()
    entry.sid = sid(text)
    entry.sid_name_use = kind
    entry.nt_name = name
    entry.comment = ""
    entry.gid = number
    DATABASE.add_group_mapping_entry(entry)


def read(name):
    with open("%s/%s" % (INSTANCE, name), encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


known = {}
for number, line in enumerate(read("users")):
    known[line.split("|")[0]] = user(line, 2000 + number)
for number, line in enumerate(read("groups")):
    name, gid = line.split("|")
    known[name] = "%s-%d" % (HOST, 5000 + number)
    mapped(DOMAIN_GROUP, name, known[name], int(gid))
aliases = [line.split("|") for line in read("aliases")]
for number, (name, text, members) in enumerate(aliases):
    known[name] = text or "%s-%d" % (HOST, 6000 + number)
    mapped(ALIAS, name, known[name], 45000 + number)
for name, text, members in aliases:
    for member in filter(None, members.split(",")):
        DATABASE.add_aliasmem(sid(known[name]), sid(known[member]))
