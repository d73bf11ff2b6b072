package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Search finds clients, callers, messages and appointments of which every word
// begins with a word of the query, whatever the accents and the case; a number
// is found by its beginning as it is dialled or in E.164, then by four digits or
// more of its middle. Clients come first, those whose name begins with the query
// before the others; then the rest, the most recent first. At most limit hits.
func (s *Store) Search(ctx context.Context, query string, limit int) ([]desk.Hit, error) {
	words := foldWords(query)
	if len(words) == 0 || limit <= 0 {
		return nil, nil
	}
	var hits []desk.Hit
	err := s.read(ctx, "searching", func(tx *sql.Tx) error {
		q := searcher{ctx: ctx, tx: tx, name: fold(query), limit: limit}
		var err error
		hits, err = q.run(words)
		return err
	})
	return hits, err
}

type searcher struct {
	ctx   context.Context
	tx    *sql.Tx
	name  string // the folded query, as a client's name may begin
	limit int
}

func (q searcher) run(words []string) ([]desk.Hit, error) {
	hits, err := q.both(matchStart(words))
	if err != nil || len(hits) >= q.limit || !hasInner(words) {
		return hits, err
	}
	inner, err := q.both(matchInner(words))
	return merge(hits, inner, q.limit), err
}

// both looks among clients and among the rest. Neither crowds the other out:
// when both have many hits, each has half of the places.
func (q searcher) both(match string) ([]desk.Hit, error) {
	first, err := q.clients(match)
	if err != nil {
		return nil, err
	}
	rest, err := q.others(match)
	if err != nil {
		return nil, err
	}
	places := max(q.limit/2, q.limit-len(rest))
	return merge(first[:min(len(first), places)], rest, q.limit), nil
}

func (q searcher) clients(match string) ([]desk.Hit, error) {
	rows, err := q.tx.QueryContext(q.ctx, `SELECT body FROM client_search JOIN client ON client.rowid = client_search.rowid
		WHERE client_search MATCH ? AND archived = 0
		ORDER BY sort >= ? AND sort < ? DESC, sort LIMIT ?`, match, q.name, q.name+"\U0010ffff", q.limit)
	return collect(rows, err, func(r *sql.Rows) (desk.Hit, error) {
		var body []byte
		var c clients.Client
		if err := r.Scan(&body); err != nil {
			return desk.Hit{}, err
		}
		err := json.Unmarshal(body, &c)
		h := desk.Hit{Kind: desk.HitClient, ID: string(c.ID), Client: c.ID, Title: c.Name, Detail: c.Trade}
		if len(c.DIDs) > 0 {
			h.Number = phone.Number(c.DIDs[0])
		}
		return h, err
	})
}

func (q searcher) others(match string) ([]desk.Hit, error) {
	rows, err := q.tx.QueryContext(q.ctx, `SELECT kind, ref, client, title, detail, at, number
		FROM search JOIN found ON found.id = search.rowid
		WHERE search MATCH ? ORDER BY search.rowid DESC LIMIT ?`, match, q.limit)
	return collect(rows, err, func(r *sql.Rows) (desk.Hit, error) {
		var h desk.Hit
		var at int64
		err := r.Scan(&h.Kind, &h.ID, &h.Client, &h.Title, &h.Detail, &at, &h.Number)
		h.At = timeOf(at)
		return h, err
	})
}

// merge appends the hits of more that are not in hits, up to limit.
func merge(hits, more []desk.Hit, limit int) []desk.Hit {
	type key struct {
		kind desk.HitKind
		id   string
	}
	seen := make(map[key]bool, len(hits))
	for _, h := range hits {
		seen[key{h.Kind, h.ID}] = true
	}
	for _, h := range more {
		if len(hits) < limit && !seen[key{h.Kind, h.ID}] {
			hits = append(hits, h)
		}
	}
	return hits
}

// matchStart is the FTS5 expression for words as they begin.
func matchStart(words []string) string {
	return match(words, start)
}

// matchInner is the expression for numbers found from their middle.
func matchInner(words []string) string {
	return match(words, func(w string) string {
		if isInner(w) {
			return prefix(innerMark + w)
		}
		return start(w)
	})
}

// start is the term for a word, or a number, as it begins.
func start(w string) string {
	if n := international(w); n != w {
		return "(" + prefix(w) + " OR " + prefix(n) + ")"
	}
	return prefix(w)
}

func match(words []string, term func(string) string) string {
	terms := make([]string, len(words))
	for i, w := range words {
		terms[i] = term(w)
	}
	return strings.Join(terms, " AND ")
}

// prefix quotes a folded word, which has letters and digits only.
func prefix(w string) string { return `"` + w + `"*` }

// international takes the international prefix or a slipped-in trunk zero out of
// typed digits, since E.164 numbers are indexed without them. "00" begins a
// number abroad only once the country's digits follow.
func international(w string) string {
	if !digitsOnly(w) {
		return w
	}
	if strings.HasPrefix(w, "00") && len(w) >= 4 {
		w = w[2:]
	}
	if strings.HasPrefix(w, "330") && len(w) > 3 {
		w = "33" + w[3:]
	}
	return w
}

func isInner(w string) bool { return digitsOnly(w) && len(w) >= innerLen }

func hasInner(words []string) bool {
	for _, w := range words {
		if isInner(w) {
			return true
		}
	}
	return false
}
