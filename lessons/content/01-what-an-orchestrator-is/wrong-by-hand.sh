# The crash is put right by hand.
# hint: nobody-watches
# step: keep
docker exec web-1 sh -c 'kill 1'
docker start web-1
