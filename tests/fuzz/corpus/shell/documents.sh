cat <<A; cat <<-'B' | wc -l; cat <<<"x $y"
$x $((1+1)) `date` \$z
A
	no $x
	B
