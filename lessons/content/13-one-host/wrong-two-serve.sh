# Both lists are made equal, and both are still served.
# hint: two-serve
# step: merge
wait 40s
curl -s -d item=bread http://alpha:8030/items
curl -s -d item=milk http://beta:8030/items
