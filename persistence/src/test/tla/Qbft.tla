-------------------------------- MODULE Qbft --------------------------------
(* One height of the consensus in dev.candor.persistence.ledger.consensus: proposals, prepares, commits, and round    *)
(* changes that carry the block prepared last. Messages are never taken back, so any order, loss and delay is covered.*)
(* Liars need no variables: whatever they could sign counts as signed. Only certificates they cannot forge.           *)
EXTENDS Integers, FiniteSets, TLC

CONSTANTS Honest, Liars, Blocks, LastRound, Quorum, LiarsLead

ASSUME Honest \cap Liars = {}

(* Neither honest validators nor blocks have names that matter. *)
Alike == Permutations(Honest) \cup Permutations(Blocks)

Rounds == 0..LastRound
None == [round |-> -1, block |-> "none"]

VARIABLES round, lock, proposals, prepares, commits, changes
vars == <<round, lock, proposals, prepares, commits, changes>>

Init ==
    /\ round = [h \in Honest |-> 0]
    /\ lock = [h \in Honest |-> None]
    /\ proposals = {}
    /\ prepares = {}
    /\ commits = {}
    /\ changes = {}

(* How many signatures there can be for a vote. *)
Count(votes, r, b) == Cardinality({v \in votes : v.round = r /\ v.block = b}) + Cardinality(Liars)

IsPrepared(r, b) == Count(prepares, r, b) >= Quorum
IsDecided(b) == \E r \in Rounds : Count(commits, r, b) >= Quorum

(* A quorum gave up the rounds before r, and b is what was prepared last among it. Liars join with what suits them:   *)
(* nothing, or a block that was prepared.                                                                              *)
Justified(r, b) ==
    \/ r = 0
    \/ \E some \in SUBSET {c \in changes : c.to = r} :
        /\ Cardinality(some) + Cardinality(Liars) >= Quorum
        /\ \/ \A c \in some : c.lock.round = -1
           \/ \E c \in some : c.lock.block = b /\ c.lock.round >= 0 /\ \A o \in some : o.lock.round <= c.lock.round
           \/ /\ Liars # {}
              /\ \E p \in 0..(r - 1) : IsPrepared(p, b) /\ \A o \in some : o.lock.round <= p

(* An honest proposer proposes once a round; a liar whatever is justified. *)
Propose(r, b) ==
    /\ [round |-> r, block |-> b] \notin proposals
    /\ r \in LiarsLead \/ \A p \in proposals : p.round # r
    /\ Justified(r, b)
    /\ proposals' = proposals \cup {[round |-> r, block |-> b]}
    /\ UNCHANGED <<round, lock, prepares, commits, changes>>

Prepare(h, r, b) ==
    /\ [round |-> r, block |-> b] \in proposals
    /\ round[h] <= r
    /\ \A v \in prepares : ~(v.by = h /\ v.round = r)
    /\ round' = [round EXCEPT ![h] = r]
    /\ prepares' = prepares \cup {[by |-> h, round |-> r, block |-> b]}
    /\ UNCHANGED <<lock, proposals, commits, changes>>

Commit(h, r, b) ==
    /\ round[h] = r
    /\ [round |-> r, block |-> b] \in proposals
    /\ IsPrepared(r, b)
    /\ \A v \in commits : ~(v.by = h /\ v.round = r)
    /\ lock' = [lock EXCEPT ![h] = [round |-> r, block |-> b]]
    /\ commits' = commits \cup {[by |-> h, round |-> r, block |-> b]}
    /\ UNCHANGED <<round, proposals, prepares, changes>>

ChangeRound(h, r) ==
    /\ round[h] < r
    /\ round' = [round EXCEPT ![h] = r]
    /\ changes' = changes \cup {[by |-> h, to |-> r, lock |-> lock[h]]}
    /\ UNCHANGED <<lock, proposals, prepares, commits>>

Next ==
    \/ \E r \in Rounds, b \in Blocks : Propose(r, b)
    \/ \E h \in Honest, r \in Rounds :
        \/ ChangeRound(h, r)
        \/ \E b \in Blocks : Prepare(h, r, b) \/ Commit(h, r, b)

Spec == Init /\ [][Next]_vars

Agreement == \A one, two \in Blocks : IsDecided(one) /\ IsDecided(two) => one = two
=============================================================================
