# What socket, select, fcntl, pwd, grp and time refuse, and in which words.
import socket, select, threading, time, fcntl, pwd, grp, _stat, syslog, errno, struct
def t(f,*a,**k):
    try: print(f(*a,**k))
    except BaseException as e: print(type(e).__name__, e)
a,b=socket.socketpair(); a.sendall(b'hello'); print(b.recv(10), a.family, a.type, a.getsockname()); a.settimeout(0.05); t(a.recv,1); a.close(); print(b.recv(1)); b.close()
s=socket.socket(); s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1); s.bind(('127.0.0.1',0)); s.listen(); port=s.getsockname()[1]
def serve():
    c,ad=s.accept()
    with c: 
        d=c.recv(100); c.sendall(d.upper())
th=threading.Thread(target=serve); th.start(); c=socket.create_connection(('localhost',port)); c.sendall(b'abc'); print(c.recv(10)); th.join(); c.close()
f=None
t(socket.socket().connect,('127.0.0.1',1)); t(socket.socket().connect,'x'); t(socket.socket().connect,('127.0.0.1',99999)); t(socket.socket().connect,(3,1)); t(socket.getaddrinfo,'127.0.0.1',80,type=socket.SOCK_STREAM); t(socket.getaddrinfo,'no.such.invalid',80) ; t(socket.inet_aton,'x'); t(socket.inet_ntop,2,b'abc'); t(socket.htons,-1); t(socket.htons,70000); t(socket.getservbyname,'http'); t(socket.getprotobyname,'tcp'); t(socket.gethostbyname,'127.0.0.1'); t(socket.inet_pton,10,'::1'); print(repr(s)[:20]); s.close(); print(s)
t(s.recv,1); t(socket.socket,99); t(socket.socket,fileno=99); t(socket.setdefaulttimeout,-1)
u=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); u.bind('\0osio-test'); print(u.getsockname()); t(u.sendto,b'x','/nonex'); t(u.sendto,b'x'); u.close()
a,b=socket.socketpair(); socket.send_fds(a,[b'x'],[0]); print(socket.recv_fds(b,10,1)[0]); p=select.poll(); p.register(b,select.POLLIN); print(p.poll(0)); a.send(b'z'); print(p.poll(1000)==[(b.fileno(),1)], select.select([b],[a],[],1)[0]==[b]); e=select.epoll(); e.register(b); print(len(e.poll(1))); e.close(); m=b.makefile('rb'); print(m.read(1)); m.close(); a.close(); b.close()
t(pwd.getpwnam,'nope');t(pwd.getpwuid,99999999);t(pwd.getpwuid,'a');t(pwd.getpwuid,-1);t(pwd.getpwuid,1<<70);t(grp.getgrnam,'nope');t(grp.getgrgid,9999999);t(pwd.getpwnam,'root');t(grp.getgrnam,'root')
t(fcntl.fcntl,0,'a');t(fcntl.fcntl,99,1);t(fcntl.fcntl,0,1,b'x'*2000);t(fcntl.flock,99,1);t(fcntl.lockf,0,99);t(fcntl.ioctl,99,0x5413,bytearray(8))
t(select.select,[],[]);t(select.select,3,[],[]);t(select.select,['a'],[],[]);t(select.select,[99],[],[],0);t(select.select,[5000],[],[],0);t(select.select,[],[],[],-1);t(select.select,[],[],[],'a')
p=select.poll(); t(p.register,'a');t(p.modify,55,1);t(p.unregister,55);t(p.poll,'a');t(p.register,0,1<<20);t(p.register,0,-1)
t(time.sleep,-1);t(time.sleep,'a');t(time.sleep,float('nan'));t(time.sleep,1e300);t(time.gmtime,'a');t(time.gmtime,1e300);t(time.asctime,(1,2));t(time.asctime,5);t(time.strftime,5);t(time.strftime,'%Y',5);t(time.strftime,'%Y',(2000,13,1,0,0,0,0,1,0));t(time.strftime,'%w',(2000,12,3,2,0,0,-2,1,0));t(time.mktime,(1,2,3)); t(time.mktime,(1<<70,1,1,0,0,0,0,0,0)); t(time.mktime,(1<<35,1,1,0,0,0,0,0,0));t(time.get_clock_info,'x');t(time.get_clock_info,'time');t(time.clock_gettime,99);t(time.ctime,0);t(time.ctime,1e18);t(time.asctime,(99999,1,1,0,0,0,0,1,0));t(time.strftime,'%Y\0%m',(2000,1,1,0,0,0,0,1,0));t(time.strftime,'é%Y %j %a',(2000,1,1,0,0,0,0,1,0));t(time.strftime,'\ud800');t(time.gmtime,-1.5);t(time.strftime,'');t(time.struct_time,(1,));t(time.strftime,'%Z%z',time.gmtime(0));t(time.strptime,'2020-01-02','%Y-%m-%d'); print(time.tzname,time.timezone, time.localtime(0))
