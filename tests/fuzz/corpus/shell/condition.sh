until [[ $(docker inspect -f '{{.State.Health.Status}}' db) == health* && ! -f /stop || ( $n -ge 3 ) ]]; do sleep 1; done
[[ $x =~ ^a(b|c)*"d.e"\.f$ ]] && [[ -z "" ]]; [[ a < b ]]
for ((i = 0, j=(1); i < 3; i++)) { echo $i; }; for ((;;)); do break; done
