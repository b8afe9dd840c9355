# A new milk is put on the new list.
# hint: new-milk
# step: colleague
wait 10s
curl -s -d item=milk http://localhost:8030/items
