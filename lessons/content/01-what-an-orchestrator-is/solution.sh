# step: two
docker run -d --name web-1 -p 8081:80 nginx
docker run -d --name web-2 -p 8082:80 nginx
docker ps

# step: on-duty
wait 30s
docker ps -a
docker start web-2

# step: keep
sh keep.sh > keep.log 2>&1 &
docker exec web-1 sh -c 'kill 1'
wait 10s
cat keep.log

# step: delete
docker rm -f web-2
wait 10s
tail -n 2 keep.log
docker run -d --name web-2 -p 8082:80 nginx
