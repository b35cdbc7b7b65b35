package money

import (
	"encoding/json"
	"math/big"
	"reflect"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/internal/errs"
)

func usd(minor int64) Amount { return Amount{Minor: minor, Currency: "USD"} }

func TestParseAndString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dec, currency string
		minor         int64
		printed       string
	}{
		{"12.50", "USD", 1250, "12.50"},
		{"12.5", "USD", 1250, "12.50"},
		{"12", "USD", 1200, "12.00"},
		{"-0.05", "USD", -5, "-0.05"},
		{"+7", "USD", 700, "7.00"},
		{"1250", "KRW", 1250, "1250"},
		{"1.234", "KWD", 1234, "1.234"},
		{"10000000000000.00", "USD", MinorMax, "10000000000000.00"},
	} {
		got, err := Parse(c.dec, c.currency)
		if err != nil || got.Minor != c.minor || got.String() != c.printed {
			t.Errorf("Parse(%q, %s) = %v (%d), %v; want %s (%d)", c.dec, c.currency, got, got.Minor, err, c.printed, c.minor)
		}
	}
	for _, c := range [][2]string{
		{"", "USD"},
		{"-", "USD"},
		{".5", "USD"},
		{"5.", "USD"},
		{"1,000", "USD"},
		{"1e3", "USD"},
		{"12.505", "USD"},
		{"--1", "USD"},
		{"+-1", "USD"},
		{"1.5", "JPY"},
		{"1", "XXX"},
		{"1", "usd"},
		{"1", ""},
		{"10000000000000.01", "USD"},
		{"99999999999999999999", "USD"},
		{"1 ", "USD"},
		{"٣", "USD"},
	} {
		if got, err := Parse(c[0], c[1]); !errs.Is(err, errs.Invalid) {
			t.Errorf("Parse(%q, %q) = %v, %v; want invalid", c[0], c[1], got, err)
		}
	}
}

func TestParseStringRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := Amount{
			Minor:    rapid.Int64Range(-MinorMax, MinorMax).Draw(t, "minor"),
			Currency: rapid.SampledFrom([]string{"USD", "KRW", "KWD", "CLF"}).Draw(t, "currency"),
		}
		got, err := Parse(a.String(), a.Currency)
		if err != nil || got != a {
			t.Fatalf("Parse(%q) = %v, %v; want %v", a.String(), got, err, a)
		}
		raw, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back Amount
		if err := json.Unmarshal(raw, &back); err != nil || back != a {
			t.Fatalf("%s came back as %v, %v", raw, back, err)
		}
	})
}

func TestJSON(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(map[string]Amount{"price": usd(1250)})
	if want := `{"price":{"amount":"12.50","currency":"USD"}}`; err != nil || string(raw) != want {
		t.Fatalf("marshal: %s, %v; want %s", raw, err, want)
	}
	for _, in := range []string{
		`{"amount":12.5,"currency":"USD"}`, `"12.50"`, `{"amount":"12.50"}`, `{"amount":"x","currency":"USD"}`, `{}`,
	} {
		var a Amount
		if err := json.Unmarshal([]byte(in), &a); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s was read as %v, %v; want invalid", in, a, err)
		}
	}
	raw, _ = json.Marshal(Amount{})
	back := usd(1)
	if err := json.Unmarshal(raw, &back); err != nil || back != (Amount{}) {
		t.Errorf("the zero amount %s came back as %v, %v", raw, back, err)
	}
}

func TestSchemaStandsForWhatIsWritten(t *testing.T) {
	t.Parallel()
	r := huma.NewMapRegistry("#/", huma.DefaultSchemaNamer)
	r.RegisterTypeAlias(reflect.TypeFor[Amount](), reflect.TypeFor[Money]())
	schema := r.Schema(reflect.TypeFor[Amount](), false, "")
	var written map[string]any
	raw, _ := json.Marshal(usd(-1250))
	if err := json.Unmarshal(raw, &written); err != nil {
		t.Fatal(err)
	}
	var res huma.ValidateResult
	huma.Validate(r, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, written, &res)
	if len(res.Errors) > 0 {
		t.Fatalf("%s does not fit its own schema: %v", raw, res.Errors)
	}
}

func TestAddSubNeg(t *testing.T) {
	t.Parallel()
	if got, err := usd(150).Add(usd(-50)); err != nil || got != usd(100) {
		t.Errorf("Add = %v, %v", got, err)
	}
	if got, err := (Amount{}).Add(usd(5)); err != nil || got != usd(5) {
		t.Errorf("nothing + 5 = %v, %v", got, err)
	}
	if got, err := usd(5).Sub(usd(7)); err != nil || got != usd(-2) {
		t.Errorf("Sub = %v, %v", got, err)
	}
	krw := Amount{Minor: 5, Currency: "KRW"}
	huge := usd(-1 << 63)
	for name, f := range map[string]func() (Amount, error){
		"two currencies":    func() (Amount, error) { return usd(5).Add(krw) },
		"past the maximum":  func() (Amount, error) { return usd(MinorMax).Add(usd(1)) },
		"past 64 bits":      func() (Amount, error) { return usd(1<<63 - 1).Add(usd(1)) },
		"past 64 bits, low": func() (Amount, error) { return huge.Add(usd(-1)) },
		"no mirror":         huge.Neg,
		"no mirror to take": func() (Amount, error) { return usd(1).Sub(huge) },
	} {
		if got, err := f(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v, %v; want invalid", name, got, err)
		}
	}
}

func TestRound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, num, den int64
		how         Rounding
		want        int64
	}{
		{10005, 1, 10, HalfUp, 1001},
		{10005, 1, 10, HalfEven, 1000},
		{10015, 1, 10, HalfEven, 1002},
		{-10005, 1, 10, HalfUp, -1001},
		{-10005, 1, 10, HalfEven, -1000},
		{-10001, 1, 10, Floor, -1001},
		{10009, 1, 10, Floor, 1000},
		{10004, 1, 10, HalfUp, 1000},
		{1 << 62, 4, 4, HalfUp, 1 << 62},
		{-1 << 63, 1, 2, HalfUp, -1 << 62},
		{7, -3, 2, HalfUp, -11},
		{0, 5, 3, Floor, 0},
	} {
		if got, err := Round(c.n, c.num, c.den, c.how); err != nil || got != c.want {
			t.Errorf("Round(%d, %d, %d, %s) = %d, %v; want %d", c.n, c.num, c.den, c.how, got, err, c.want)
		}
	}
	for _, c := range []struct {
		n, num, den int64
		how         Rounding
	}{{1, 1, 0, HalfUp}, {1, 1, -1, HalfUp}, {1, 1, 1, "up"}, {1 << 62, 2, 1, HalfUp}, {1 << 62, 1 << 62, 1, Floor}} {
		if got, err := Round(c.n, c.num, c.den, c.how); !errs.Is(err, errs.Invalid) {
			t.Errorf("Round(%v) = %d, %v; want invalid", c, got, err)
		}
	}
}

func TestRoundAgreesWithBigNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, num := rapid.Int64().Draw(t, "n"), rapid.Int64Range(-rateMax, rateMax).Draw(t, "num")
		den := rapid.Int64Range(1, 1<<62).Draw(t, "den")
		product := new(big.Int).Mul(big.NewInt(n), big.NewInt(num))
		floor := new(big.Int).Div(product, big.NewInt(den)) // Euclidean: den > 0 makes it the floor
		got, err := Round(n, num, den, Floor)
		if !floor.IsInt64() {
			if err == nil {
				t.Fatalf("floor = %d; %s does not fit", got, floor)
			}
			return
		}
		if err != nil || got != floor.Int64() {
			t.Fatalf("floor = %d, %v; want %s", got, err, floor)
		}
		twice := new(big.Int).Add(new(big.Int).Mul(new(big.Int).Abs(product), big.NewInt(2)), big.NewInt(den))
		nearest := twice.Div(twice, new(big.Int).Mul(big.NewInt(2), big.NewInt(den)))
		if product.Sign() < 0 {
			nearest.Neg(nearest)
		}
		if up, err := Round(n, num, den, HalfUp); nearest.IsInt64() && (err != nil || up != nearest.Int64()) {
			t.Fatalf("half up = %d, %v; want %s", up, err, nearest)
		}
	})
}

func TestMulIsSymmetricAndExact(t *testing.T) {
	t.Parallel()
	if got := usd(120000).Mul(75_000, HalfUp); got != usd(9000) {
		t.Errorf("1200.00 x 7.5%% = %v; want 90.00", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := usd(rapid.Int64Range(-MinorMax, MinorMax).Draw(t, "minor"))
		r := Rate(rapid.Int64Range(-rateMax, rateMax).Draw(t, "rate"))
		neg, _ := a.Neg()
		for _, how := range []Rounding{HalfUp, HalfEven} {
			if a.Mul(r, how).Minor != -neg.Mul(r, how).Minor {
				t.Fatalf("%v x %v and its mirror differ (%s)", a, r, how)
			}
		}
		if whole := a.Mul(ppm, HalfUp); whole != a {
			t.Fatalf("%v x 100%% = %v", a, whole)
		}
	})
}

func TestMulPanicsOnlyOnAFaultOfTheProgram(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("an unknown rounding went unnoticed")
		}
	}()
	usd(1).Mul(1, "up")
}

func TestRate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Rate{
		"7.5%": 75_000, "0.075": 75_000, "100%": ppm, "1": ppm, "-2.25 %": -22_500, "0.0001%": 1, "0": 0, " 5% ": 50_000,
	} {
		got, err := ParseRate(in)
		if err != nil || got != want {
			t.Errorf("ParseRate(%q) = %d, %v; want %d", in, got, err, want)
		}
		if back, err := ParseRate(got.String()); err != nil || back != want {
			t.Errorf("%q printed as %s came back as %d, %v", in, got, back, err)
		}
	}
	for _, in := range []string{"", "%", "7,5%", "0.00001%", "0.0000001", "100001%", "x", "1e-3"} {
		if got, err := ParseRate(in); !errs.Is(err, errs.Invalid) {
			t.Errorf("ParseRate(%q) = %d, %v; want invalid", in, got, err)
		}
	}
	var in struct{ Rate Rate }
	if err := json.Unmarshal([]byte(`{"Rate":"7.5%"}`), &in); err != nil || in.Rate != 75_000 {
		t.Errorf("rate in JSON = %d, %v", in.Rate, err)
	}
	if raw, err := json.Marshal(in); err != nil || string(raw) != `{"Rate":"7.5%"}` {
		t.Errorf("rate to JSON = %s, %v", raw, err)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor  int64
		shares []int64
		want   []int64
	}{
		{15, []int64{80, 8, 12}, []int64{12, 1, 2}},
		{5, []int64{70, 30}, []int64{4, 1}}, // 3.5 and 1.5 tie: the first listed gets the unit
		{5, []int64{30, 70}, []int64{2, 3}},
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{7, []int64{0, 1}, []int64{0, 7}},
		{0, []int64{1, 2}, []int64{0, 0}},
	} {
		var got []int64
		for _, p := range Split(usd(c.minor), c.shares) {
			got = append(got, p.Minor)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Split(%d, %v): %s", c.minor, c.shares, diff)
		}
	}
	for _, shares := range [][]int64{nil, {0, 0}, {1, -1}, {1<<63 - 1, 1<<63 - 1, 2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("shares %v went unnoticed", shares)
				}
			}()
			Split(usd(1), shares)
		}()
	}
}

func TestSplitKeepsTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := usd(rapid.Int64().Draw(t, "minor"))
		shares := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 20).Draw(t, "shares")
		shares[0]++ // at least one share is positive
		var whole, sum int64
		for _, s := range shares {
			whole += s
		}
		for i, p := range Split(a, shares) {
			sum += p.Minor
			low, err := Round(a.Minor, shares[i], whole, Floor)
			if err != nil {
				t.Fatal(err)
			}
			if more := p.Minor - low; more != 0 && more != 1 {
				t.Fatalf("part %d is %d, the exact one lies in [%d, %d + 1]", i, p.Minor, low, low)
			}
		}
		if sum != a.Minor {
			t.Fatalf("the parts add up to %d of %d", sum, a.Minor)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"12.50", "-0.05", "1e9", "", ".", "00.00", "+1"} {
		f.Add(s, "USD")
		f.Add(s, "KRW")
	}
	f.Fuzz(func(t *testing.T, dec, currency string) {
		a, err := Parse(dec, currency)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("Parse(%q, %q): %v has no code", dec, currency, err)
			}
			return
		}
		if back, err := Parse(a.String(), currency); err != nil || back != a {
			t.Fatalf("%q printed as %s came back as %v, %v", dec, a, back, err)
		}
	})
}

func BenchmarkMul(b *testing.B) {
	a := usd(123_456_789)
	for b.Loop() {
		a.Mul(75_000, HalfUp)
	}
}
