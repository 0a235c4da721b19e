#!/usr/bin/python3
"""Switches each safety check off in turn: at least one test must fail.

    switched_off.py [CHECK...]

Works on a copy of the sources in a temporary folder: takes the check out of one
file, builds the test programs that are meant to notice, and runs them. A check
whose absence no test notices is reported, and the program exits 1.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

SECONDS = 180

# Name: file, text that makes the check, text without it, tests that must fail.
CHECKS = {
    "seal": (
        "ledger/judge/sealing.cc",
        "if (raw.has_value() && crypto::Verify(key->key, AsBytes(text), *raw))",
        "if (raw.has_value() && !text.empty())", ["amanah_judge_test"]),
    "seal of recorded entries": (
        "ledger/judge/sealing.cc",
        "if (row.has_value() && crypto::Verify(row->key, AsBytes(text), "
        "signature.signature)) {",
        "if (row.has_value()) {", ["amanah_audit_test"]),
    "root of the batch": (
        "ledger/judge/batch.cc", "if (ready.root != seal.root)",
        "if (ready.prepared.empty())", ["amanah_judge_test"]),
    "entry 0 in the seal": (
        "ledger/judge/batch.cc", "if (seal.genesis != ledger.genesis)",
        "if (seal.genesis != ledger.genesis && size == 0)",
        ["amanah_judge_test"]),
    "chain": (
        "ledger/judge/replay.cc", "if (entry.previous != tip_.last_hash)",
        "if (entry.previous != tip_.last_hash && tip_.size > 1'000'000)",
        ["amanah_audit_test"]),
    "outcome": (
        "ledger/judge/replay.cc", "if (recorded == outcomes[i]) continue;",
        "if (i < outcomes.size()) continue;", ["amanah_audit_test"]),
    "balance": (
        "ledger/domain/accounts.cc", "return sum == account.appropriated;",
        "return true;", ["amanah_audit_test", "amanah_domain_test"]),
    "repeat": (
        "ledger/domain/book.cc",
        "if (row->digest == DigestOf(prepared.hash)) return row->sequence;",
        "", ["amanah_domain_test", "amanah_judge_test"]),
    "partly recorded": (
        "ledger/judge/admission.cc", "if (!recorded.empty())",
        "if (!recorded.empty() && parsed.prepared.empty())",
        ["amanah_judge_test"]),
    "repetition within a batch": (
        "ledger/judge/batch.cc",
        "if (!seen.emplace(prepared[i].hash, i).second) return i;",
        "seen.emplace(prepared[i].hash, i);", ["amanah_judge_test"]),
    "canonical form: shortest varints": (
        "ledger/codec/wire.cc",
        "return byte != 0 && (shift < 63 || byte == 1);", "return true;",
        ["amanah_codec_test"]),
    "canonical form: no default values": (
        "ledger/codec/wire.cc", 'Fail(field, "is there but 0");', "",
        ["amanah_codec_test"]),
    "overlap": (
        "ledger/domain/v1/entitlement_rules.cc",
        "return Refuse(Refusal::kOverlap, *held);", "(void)held;",
        ["amanah_domain_test"]),
    "what is left": (
        "ledger/domain/v1/disbursement_rules.cc",
        "if (body.amount.minor > entitlement.amount.minor - "
        "entitlement.live.minor)",
        "if (body.amount.minor > entitlement.amount.minor)",
        ["amanah_domain_test"]),
    "threshold": (
        "ledger/judge/admission.cc",
        "batch.signers.size() < ledger.threshold", "batch.signers.empty()",
        ["amanah_judge_test"]),
    "suspension": (
        "ledger/judge/admission.cc", "if (row.suspended) {",
        "if (row.suspended && row.name.empty()) {", ["amanah_judge_test"]),
    "key in force": (
        "ledger/judge/admission.cc", "if (key.entry != signature.key_entry ||",
        "if ((key.entry != signature.key_entry && row.name.empty()) ||",
        ["amanah_judge_test"]),
    "last second": (
        "ledger/judge/admission.cc",
        "if (second <= seal.last_second) return std::nullopt;",
        "if (second != 7 || second <= seal.last_second) return std::nullopt;",
        ["amanah_judge_test"]),
    "possession": (
        "ledger/judge/possession.cc",
        "return crypto::Verify(key.key, AsBytes(text), key.possession);",
        "return !text.empty() || key.key == crypto::PublicKey{};",
        ["amanah_judge_test"]),
    "quota": (
        "ledger/judge/admission.cc", "if (entries <= left)",
        "if (entries <= left || entries > 0)", ["amanah_judge_test"]),
    "sequence": (
        "ledger/judge/replay.cc", "if (entry.sequence != tip_.size)",
        "if (entry.sequence != tip_.size && tip_.size > 1'000'000)",
        ["amanah_audit_test", "amanah_judge_test"]),
    "seal over the statements recorded": (
        "ledger/judge/replay.cc", "if (root != sealed.batch.seal.root)",
        "if (root == crypto::Hash{})", ["amanah_audit_test"]),
    "time goes on": (
        "ledger/judge/replay.cc", "if (entry.time_us < tip_.last_time_us)",
        "if (entry.time_us < 0)", ["amanah_audit_test"]),
    "no time in the future": (
        "ledger/judge/replay.cc", "if (entry.time_us > options_.time_max_us)",
        "if (entry.time_us > options_.time_max_us && entry.time_us < 0)",
        ["amanah_audit_test"]),
    "length of a recorded batch": (
        "ledger/judge/batch.cc",
        "if (auto error = CheckLength(length)) return *std::move(error);",
        "(void)length;", ["amanah_audit_test"]),
    "later rules first": (
        "ledger/judge/replay.cc",
        "if (pending_.empty()) AMANAH_RETURN_IF_ERROR(CheckRules());",
        "if (tip_.size == 0) AMANAH_RETURN_IF_ERROR(CheckRules());",
        ["amanah_audit_test"]),
    "last second of a proved entry": (
        "ledger/judge/proved_entry.cc",
        "return Disproved(proof.sequence, error->message);\n  }\n"
        "  AMANAH_RETURN_IF_ERROR(CheckSignatures(verified));",
        "(void)error;\n  }\n"
        "  AMANAH_RETURN_IF_ERROR(CheckSignatures(verified));",
        ["amanah_judge_test"]),
    "data folder for its owner alone": (
        "ledger/store/data_folder.cc",
        "AMANAH_RETURN_IF_ERROR(CheckPrivate(path));", "(void)CheckPrivate;",
        ["amanah_store_test"]),
    "time elapsed across a restart": (
        "ledger/writer/running_ledger.cc",
        "if (boot != BootId{} && remembered.boot == boot) {",
        "if (boot != BootId{} && remembered.boot == BootId{}) {",
        ["amanah_writer_test"]),
    "tree as stored": (
        "ledger/audit/tree_check.cc", "if ((*stored)[i] == hashes[i]) continue;",
        "if (i < stored->size()) continue;", ["amanah_audit_test"]),
    "kept checkpoint: root": (
        "ledger/audit/checkpoint_check.cc", "if (*root != kept.root)",
        "if (*root != kept.root && kept.size == 0)", ["amanah_audit_test"]),
    "kept checkpoint: size": (
        "ledger/audit/checkpoint_check.cc", "if (kept.size > log_size) {",
        "if (kept.size > log_size + 1'000'000) {", ["amanah_audit_test"]),
    "kept checkpoint: signature": (
        "ledger/audit/checkpoint_check.cc", "if (keys == nullptr) continue;",
        "if (keys == nullptr || kept.size > 0) continue;",
        ["amanah_audit_test"]),
    "checkpoint in the ledger's name": (
        "ledger/log/checkpoint.cc", "return by.signature.name == origin;",
        "return !by.signature.name.empty();", ["amanah_log_test"]),
    "inclusion in the log": (
        "ledger/judge/proved_entry.cc", "if (!included.ok()) return",
        "if (!included.ok() && proof.sequence > 1'000'000) return",
        ["amanah_judge_test"]),
    "inclusion in the batch": (
        "ledger/judge/proved_entry.cc", "if (!sealed.ok()) {",
        "if (!sealed.ok() && proof.sequence > 1'000'000) {",
        ["amanah_judge_test"]),
    "small-order keys": (
        "ledger/domain/validate.cc",
        "Require(crypto::IsValidPublicKey(key.key), field,",
        "Require(key.key != crypto::PublicKey{}, field,",
        ["amanah_domain_test"]),
    "funds": (
        "ledger/domain/v1/entitlement_rules.cc",
        "if (body.amount > account->row.available)",
        "if (body.amount.minor < 0)", ["amanah_domain_test"]),
    "excluded programs": (
        "ledger/domain/v1/entitlement_rules.cc",
        "return Refuse(Refusal::kExcludedProgram, *held);", "(void)held;",
        ["amanah_domain_test"]),
    "ceiling": (
        "ledger/domain/v1/entitlement_rules.cc",
        "if (row.ceiling.minor > 0 && MonthlyShare(body) > row.ceiling.minor)",
        "if (row.ceiling.minor > MonthlyShare(body) + (int64_t{1} << 61))",
        ["amanah_domain_test"]),
    "scope of a bank": (
        "ledger/domain/v1/disbursement_rules.cc",
        "if (!Covers(in.author.authority, program.program, "
        "entitlement.region))",
        "if (program.program.empty())", ["amanah_domain_test"]),
    "legal transitions": (
        "ledger/domain/v1/disbursement_rules.cc",
        "if (!MayFollow(disbursement.state, body.state))",
        "if (!MayFollow(disbursement.state, body.state) && "
        "disbursement.first_entry == 0)", ["amanah_domain_test"]),
    "role": (
        "ledger/domain/v1/rules.cc",
        "if (!std::visit(RoleAllows{author}, body))",
        "if (!std::visit(RoleAllows{author}, body) && author.ordinal > 1000)",
        ["amanah_domain_test"]),
    "scope of an owner": (
        "ledger/domain/v1/rules.cc", "return Refuse(Refusal::kOutOfScope);",
        "(void)in;", ["amanah_domain_test"]),
    "mode of key files": (
        "ledger/crypto/key_file.cc", "if ((mode & 077) != 0)",
        "if ((mode & 02000) != 0)", ["amanah_crypto_test"]),
    "entry 0 of the folder": (
        "ledger/writer/startup.cc",
        "if (log::LeafHash(AsBytes(bytes)) != folder.identity().genesis_hash)",
        "if (bytes.empty())", ["amanah_writer_test"]),
    "origin of the folder": (
        "ledger/writer/startup.cc",
        "opened->origin == folder.identity().origin",
        "!opened->origin.empty()", ["amanah_writer_test"]),
    "what was signed": (
        "ledger/writer/startup.cc", "if (root != last.root)",
        "if (root != last.root && last.size > 1'000'000)",
        ["amanah_writer_test"]),
    "pin of the server": (
        "client/pinned_credentials.cc",
        "const bool good = hash.ok() && *hash == pin_;",
        "const bool good = hash.ok() && pin_ != crypto::Hash{};",
        ["amanah_client_test"]),
    "who may read an entitlement": (
        "server/access.cc",
        "return program.has_value() && Covers(program->program, "
        "entitlement.region);",
        "return program.has_value();", ["amanah_server_test"]),
    "whose payments a bank reads": (
        "server/access.cc",
        "if (caller_->Is(Role::kBank)) return IsOwn(bank);",
        "if (caller_->Is(Role::kBank) && bank > 1000) return IsOwn(bank);",
        ["amanah_server_test"]),
    "whose batches a caller posts": (
        "server/posting/intake.cc",
        "if (caller.MayPostFor(author)) return checked;",
        "if (caller.MayPostFor(author) || !author.empty()) return checked;",
        ["amanah_server_test"]),
    "a suspended caller": (
        "server/caller.cc", "if (found->authority.suspended)",
        "if (found->authority.suspended && found->ordinal > 1000)",
        ["amanah_server_test"]),
    "pins of certificates": (
        "server/caller.cc",
        "if (pin.has_value()) found = domain::AuthorOf(&rows, pin->authority);",
        "found = domain::AuthorOf(&rows, pin.has_value() ? pin->authority : 1);",
        ["amanah_server_test"]),
    "pins that were replaced": (
        "ledger/domain/v1/authority_rules.cc",
        'for (const Pin& pin : found->authority.pins) '
        'in.state->Put(PinKey(pin), "");',
        "", ["amanah_server_test"]),
    "the caller of a stream, again": (
        "server/open_stream.h", "return host_->Recheck(admitted_).status();",
        "return absl::OkStatus();", ["amanah_server_test"]),
    "strangers before their message": (
        "server/caller_gate.cc", "return ToGrpc(status);",
        "return grpc::Status::OK;", ["amanah_server_test"]),
    "a ledger that went backwards": (
        "client/verify.cc",
        "if (before_.has_value() && tip.size < before_->checkpoint.size)",
        "if (before_.has_value() && tip.size > (uint64_t{1} << 60))",
        ["amanah_client_test"]),
    "two roots of one size": (
        "client/verify.cc", "if (tip.size == last.size && tip.root != last.root)",
        "if (tip.size == last.size && tip.size > 1'000'000)",
        ["amanah_client_test"]),
    "a ledger that forked": (
        "client/verify.cc", "if (checked.ok()) return absl::OkStatus();",
        "if (checked.ok() || path.ok()) return absl::OkStatus();",
        ["amanah_client_test"]),
    "hash of an entry that may not be read": (
        "client/verify.cc", "if (included.ok()) return absl::OkStatus();",
        "if (included.ok() || proof.sequence < 1'000'000) return "
        "absl::OkStatus();", ["amanah_client_test"]),
    "a repeat that is denied": (
        "client/verify.cc",
        "if (!acknowledgement.repeat() && WasThereBefore(result.sequence()))",
        "if (!acknowledgement.repeat() && result.sequence() > 1'000'000)",
        ["amanah_client_test"]),
    "a receipt of a ledger that forked": (
        "client/commands/receipt.cc",
        "seen->checkpoint.root == checkpoint.root)",
        "seen->checkpoint.size == checkpoint.size)", ["amanah_asking_test"]),
    "entries amid an imported batch": (
        "client/import/batch_proof.cc",
        "HashOfLast(batch.first(size - 1), first) == last.previous",
        "HashOfLast(batch.first(size - 1), first) != crypto::Hash{}",
        ["amanah_import_link_test"]),
    "statements of an imported batch": (
        "client/import/batch_proof.cc",
        "return log::RootOf(leaves) == first.seal.root;",
        "return log::RootOf(leaves) != first.previous;",
        ["amanah_import_link_test"]),
    "plain text to this machine": (
        "ledger/base/loopback.cc",
        "return (ntohl(parsed.s_addr) >> 24) == 127;",
        "return ntohl(parsed.s_addr) != 0;", ["amanah_base_test"]),
    "signer's memory": (
        "ledger/writer/startup.cc",
        "if (entries.size() >= signer.last().size && entries.size() > 0)",
        "if (entries.size() > 0)", ["amanah_writer_test"]),
    "sync of a group": (
        "ledger/store/entry_store.cc", ".sync = true", ".sync = false",
        ["amanah_store_test"]),
}


def patch(folder, name):
    """Takes the check out of the copy. False when its text is not there."""
    path, present, absent, _ = CHECKS[name]
    full = os.path.join(folder, path)
    with open(full, encoding="utf-8") as file:
        text = file.read()
    # A statement may be broken over lines: match it with any white space.
    pattern = r"\s+".join(re.escape(word) for word in present.split())
    changed, count = re.subn(pattern, lambda _: absent, text, count=1)
    if count == 0:
        return False
    with open(full, "w", encoding="utf-8") as file:
        file.write(changed)
    return True


def notices(folder, build, programs):
    """Whether one of the programs fails, or does not even build."""
    built = subprocess.run(["ninja", "-C", build, *programs],
                           capture_output=True, text=True, check=False)
    if built.returncode != 0:
        return None, built.stdout[-3000:]
    for program in programs:
        try:
            done = subprocess.run(
                [os.path.join(build, "tests", "bin", program)], cwd=folder,
                capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return True, f"{program} waits for what does not come"
        if done.returncode != 0:
            failed = [line for line in done.stdout.splitlines()
                      if line.startswith("[  FAILED  ]")]
            return True, failed[0] if failed else "ended with an error"
    return False, ""


def main():
    wanted = sys.argv[1:] or list(CHECKS)
    unnoticed = 0
    with tempfile.TemporaryDirectory() as work:
        folder = os.path.join(work, "amanah")
        shutil.copytree(".", folder, ignore=shutil.ignore_patterns(
            "build*", ".git", "__pycache__"))
        build = os.path.join(folder, "build")
        os.environ["CCACHE_BASEDIR"] = folder
        os.environ["CCACHE_NOHASHDIR"] = "1"
        os.environ["CCACHE_SLOPPINESS"] = "pch_defines,time_macros"
        os.environ["AMANAH_SHARED"] = os.environ.get(
            "AMANAH_SHARED", os.path.abspath("../shared"))
        subprocess.run(["cmake", "-S", folder, "-B", build, "-G", "Ninja",
                        "-DCMAKE_BUILD_TYPE=Release"],
                       check=True, stdout=subprocess.DEVNULL)
        for name in wanted:
            path, _, _, programs = CHECKS[name]
            original = os.path.join(folder, path)
            shutil.copy2(path, original)
            if not patch(folder, name):
                print(f"{name}: its text is not in {path} any more")
                unnoticed += 1
                continue
            noticed, how = notices(folder, build, programs)
            shutil.copy2(path, original)
            os.utime(original)
            if noticed:
                print(f"{name}: noticed ({how.strip()})", flush=True)
            else:
                print(f"{name}: {'not noticed' if noticed is False else how}",
                      flush=True)
                unnoticed += 1
    print(f"{len(wanted) - unnoticed} of {len(wanted)} noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
