package param
import ("testing";"math";"fmt")
func TestDbg(t *testing.T){
 p:=NewNumeric("e",Link{math.Exp,math.Exp,math.Log},math.Inf(-1),math.Inf(1),0)
 th:=p.theta(0,math.Log(1e-3))
 fmt.Println(th, p.arc(th)-math.Log(1e-3), p.theta(-10,-6)-(math.Exp(6)-math.Exp(10))*-1)
 // trace
 u,at:=0.0,0.0
 _ = at
 for i:=0;i<5;i++{ fmt.Println(u); u=u }
}
