package plot
import ("testing";"os";"math")
func TestDemo(t *testing.T){
 n:=300; x:=make([]float64,n); var ss []Series
 for j:=0;j<5;j++{ y:=make([]float64,n); for k:=range x{ x[k]=float64(k)/100*20; y[k]=-float64(j+1)*x[k]*120-5}; ss=append(ss,Series{Name:"x"+itoa(j)+" slope",X:x,Y:y,Ink:Ink(j),Style:j}) }
 y1:=make([]float64,n); y2:=make([]float64,n); for k:=range x{ y1[k]=5035442+math.Sin(x[k]/5)*0.1; y2[k]=5035442+0.3}
 st:=Series{Name:"xᵢ",X:Index(40),Shape:Stems,Ink:1,Style:1}; for k:=range st.X{ st.Y=append(st.Y,math.Cos(float64(k)*3)*math.Exp(-float64(k)/10))}
 f:=&Figure{Kind:"demo",Title:"Off-support coordinates fall like α to the power of their slack, whatever the start: ‖x(α)‖₁ → Q",Alt:"five lines <b>",
  Panels:[]Panel{{X:Axis{Label:"ln(1/α)"},Y:Axis{Label:"|xᵢ(α)|",Scale:Log},Series:ss,Rules:[]Rule{{At:-3000,Label:"bound 1"},{At:-3100,Label:"bound 2"},{Vertical:true,At:30,Label:"τ₁"}}},
  {Title:"second",X:Axis{Label:"t"},Y:Axis{Label:"objective"},Series:[]Series{{Name:"band",X:x,Y:y1,Y2:y2,Shape:Band,Ink:2},{Name:"curve",X:x,Y:y1,Ink:2}}},
  {X:Axis{Label:"i",Integer:true},Y:Axis{Label:"x"},Series:[]Series{st,{Name:"ref",X:st.X,Y:st.Y,Ink:Reference}}},
  {X:Axis{Label:"drift",Scale:Log},Y:Axis{Label:"",Integer:true},Series:[]Series{{Shape:Bars,X:[]float64{-30,-20,-34},Y:[]float64{0,1,2},Names:[]string{"θ − θ₀ ∈ range(Aᵀ)","global error","balance"}}},Height:0.5}},
  Notes:[]string{"thinned"}}
 for _,w:=range []float64{720,380}{ o,_:=os.Create("/tmp/demo"+itoa(int(w))+".png"); f.WritePNG(o,PNGOptions{Size:Size{w},Scale:1.5}); o.Close()
 o,_=os.Create("/tmp/demo"+itoa(int(w))+".svg"); f.WriteSVG(o,SVGOptions{Size:Size{w},Theme:Light()}); o.Close()}
}
