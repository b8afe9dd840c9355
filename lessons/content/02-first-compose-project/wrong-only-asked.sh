# The list is read, nothing is added.
# hint: no-milk
# step: use
curl http://localhost:8030/items
