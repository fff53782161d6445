package certify

// exactSeparator decides the claims of two classes on dyadic rationals. With
// V = Σpᵢzᵢ and P = Σpᵢ (with an intercept V = s₊P₋ + s₋P₊ and P = 2P₊P₋, s and P
// of each class) the gap condition γ ≥ (1−tol)‖V‖/P for γ = μ/‖w‖, μ the least
// margin, is
//
//	(1−tol)·‖V‖‖w‖ ≤ μP,
//
// squared in the Euclidean norm. Powers of lp:P are no dyadic rationals: there the
// exact sums and the error bound of powerNorm decide, and nothing is added. Of
// NotSeparable and Split it is said where Σpᵢzᵢ is 0 without any rounding.
func (r *report) exactSeparator(s *separator) {
	v, total := s.exactCombination()
	if s.cert.Claim != Margin {
		zero := true
		for _, e := range v {
			zero = zero && e.sign() == 0
		}
		if zero {
			r.add("Σpᵢzᵢ = 0 (exact)", 0, 0, total.sign() > 0)
		}
		return
	}
	least := s.exactLeast()
	share := dyadicOf(1).minus(dyadicOf(s.cert.Tol))
	w := make([]dyadic, len(s.X))
	for j, x := range s.X {
		w[j] = dyadicOf(x)
	}
	var left, right dyadic
	switch s.cert.Norm {
	case NormL1:
		left, right = share.times(largestOf(v)).times(absoluteSum(w)), least.times(total)
	case NormLInf:
		left, right = share.times(absoluteSum(v)).times(largestOf(w)), least.times(total)
	case NormL2:
		left = share.times(share).times(squares(v)).times(squares(w))
		right = least.times(least).times(total.times(total))
	default:
		return
	}
	ok := least.sign() > 0 && total.sign() > 0 && left.cmp(right) <= 0
	r.add("margin against its bound (exact, 1 if short)", 0, 0, ok)
}

// exactCombination returns V and P.
func (s *separator) exactCombination() (v []dyadic, total dyadic) {
	part := func(want float64, both bool) ([]dyadic, dyadic) {
		y := make([]float64, s.n)
		var sum long
		for i, label := range s.b {
			if !both && label != want {
				continue
			}
			sum.add(1, s.Y[i])
			y[i] = s.Y[i]
			if label != s.classes[1] {
				y[i] = -y[i]
			}
		}
		return sumExactly(s.e, make([]float64, s.n), nil, y).dual, sum.value()
	}
	if !s.cert.Bias {
		return part(0, true)
	}
	plus, totalPlus := part(s.classes[1], false)
	minus, totalMinus := part(s.classes[0], false)
	for j := range plus {
		plus[j] = plus[j].times(totalMinus).plus(minus[j].times(totalPlus))
	}
	total = totalPlus.times(totalMinus)
	if totalPlus.sign() <= 0 || totalMinus.sign() <= 0 {
		total = dyadicOf(0)
	}
	return plus, total.plus(total)
}

// exactLeast returns the least yᵢ(wᵀxᵢ + c).
func (s *separator) exactLeast() dyadic {
	b := make([]float64, s.n)
	if s.cert.Intercept != nil {
		for i := range b {
			b[i] = -*s.cert.Intercept
		}
	}
	var least dyadic
	for i, m := range sumExactly(s.e, b, s.X, nil).residual {
		if s.b[i] != s.classes[1] {
			m = dyadicOf(0).minus(m)
		}
		if i == 0 || m.cmp(least) < 0 {
			least = m
		}
	}
	return least
}

func largestOf(v []dyadic) dyadic {
	big := dyadicOf(0)
	for _, d := range v {
		if a := d.abs(); a.cmp(big) > 0 {
			big = a
		}
	}
	return big
}

func absoluteSum(v []dyadic) dyadic {
	sum := dyadicOf(0)
	for _, d := range v {
		sum = sum.plus(d.abs())
	}
	return sum
}
