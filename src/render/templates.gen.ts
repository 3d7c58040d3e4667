// Generated from templates/ by `npm run generate`. Do not edit.
// @ts-nocheck
/** Precompiled template specs, by file name below templates/. */
export const TEMPLATES = {
  'nft/chain': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t# Source: "
    + ((stack1 = container.lambda(container.strict(depth0, "source", {"start":{"line":2,"column":13},"end":{"line":2,"column":19}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\tcomment \""
    + ((stack1 = container.lambda(container.strict(depth0, "comment", {"start":{"line":6,"column":13},"end":{"line":6,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\"\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\t\ttype "
    + ((stack1 = alias2(alias1(lookupProperty(depth0,"base"), "type", {"start":{"line":9,"column":9},"end":{"line":9,"column":18}} ), depth0)) != null ? stack1 : "")
    + " hook "
    + ((stack1 = alias2(alias1(lookupProperty(depth0,"base"), "hook", {"start":{"line":9,"column":28},"end":{"line":9,"column":37}} ), depth0)) != null ? stack1 : "")
    + " priority "
    + ((stack1 = alias2(alias1(lookupProperty(depth0,"base"), "priority", {"start":{"line":9,"column":51},"end":{"line":9,"column":64}} ), depth0)) != null ? stack1 : "")
    + ";"
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(lookupProperty(depth0,"base"),"policy"),{"name":"if","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":67},"end":{"line":9,"column":117}}})) != null ? stack1 : "")
    + "\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return " policy "
    + ((stack1 = container.lambda(container.strict(lookupProperty(depth0,"base"), "policy", {"start":{"line":9,"column":96},"end":{"line":9,"column":107}} ), depth0)) != null ? stack1 : "")
    + ";";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\t"
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"source"),{"name":"if","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":3,"column":7}}})) != null ? stack1 : "")
    + "\tchain "
    + ((stack1 = container.lambda(container.strict(depth0, "name", {"start":{"line":4,"column":9},"end":{"line":4,"column":13}} ), depth0)) != null ? stack1 : "")
    + " {\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"comment"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":7,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"base"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":8,"column":0},"end":{"line":10,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"rules"),{"name":"each","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":11,"column":0},"end":{"line":13,"column":9}}})) != null ? stack1 : "")
    + "\t}\n";
},"useData":true},
  'nft/endpoint-map': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\tcomment \""
    + ((stack1 = container.lambda(container.strict(depth0, "comment", {"start":{"line":4,"column":13},"end":{"line":4,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\"\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\t\telements = {\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"elements"),{"name":"each","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":8,"column":0},"end":{"line":10,"column":9}}})) != null ? stack1 : "")
    + "\t\t}\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\t\t"
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + ",\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\tmap "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":1,"column":7},"end":{"line":1,"column":11}} ), depth0)) != null ? stack1 : "")
    + " {\n\t\ttypeof "
    + ((stack1 = alias2(alias1(depth0, "key", {"start":{"line":2,"column":11},"end":{"line":2,"column":14}} ), depth0)) != null ? stack1 : "")
    + " : "
    + ((stack1 = alias2(alias1(depth0, "value", {"start":{"line":2,"column":21},"end":{"line":2,"column":26}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"comment"),{"name":"if","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":5,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"elements"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":12,"column":7}}})) != null ? stack1 : "")
    + "\t}\n";
},"useData":true},
  'nft/map': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\tcomment \""
    + ((stack1 = container.lambda(container.strict(depth0, "comment", {"start":{"line":4,"column":13},"end":{"line":4,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\"\n";
},"1":function(container,depth0,helpers,partials,data) {
    return "\t\tcounter\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\t\telements = {\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"elements"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":11,"column":0},"end":{"line":13,"column":9}}})) != null ? stack1 : "")
    + "\t\t}\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\t\t"
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + ",\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\tmap "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":1,"column":7},"end":{"line":1,"column":11}} ), depth0)) != null ? stack1 : "")
    + " {\n\t\ttype "
    + ((stack1 = alias2(alias1(depth0, "type", {"start":{"line":2,"column":9},"end":{"line":2,"column":13}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"comment"),{"name":"if","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":5,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"counters"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":8,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"elements"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":0},"end":{"line":15,"column":7}}})) != null ? stack1 : "")
    + "\t}\n";
},"useData":true},
  'nft/set': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\tflags "
    + ((stack1 = container.lambda(container.strict(depth0, "flags", {"start":{"line":4,"column":10},"end":{"line":4,"column":15}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\ttimeout "
    + ((stack1 = container.lambda(container.strict(depth0, "timeout", {"start":{"line":7,"column":12},"end":{"line":7,"column":19}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\tcomment \""
    + ((stack1 = container.lambda(container.strict(depth0, "comment", {"start":{"line":10,"column":13},"end":{"line":10,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\"\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\t\telements = {\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"elements"),{"name":"each","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":14,"column":0},"end":{"line":16,"column":9}}})) != null ? stack1 : "")
    + "\t\t}\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\t\t"
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + ",\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\tset "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":1,"column":7},"end":{"line":1,"column":11}} ), depth0)) != null ? stack1 : "")
    + " {\n\t\ttype "
    + ((stack1 = alias2(alias1(depth0, "type", {"start":{"line":2,"column":9},"end":{"line":2,"column":13}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"flags"),{"name":"if","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":5,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"timeout"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":8,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"comment"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":0},"end":{"line":11,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"elements"),{"name":"if","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":12,"column":0},"end":{"line":18,"column":7}}})) != null ? stack1 : "")
    + "\t}\n";
},"useData":true},
  'nft/table': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\tcomment \""
    + ((stack1 = container.lambda(container.strict(depth0, "comment", {"start":{"line":7,"column":12},"end":{"line":7,"column":19}} ), depth0)) != null ? stack1 : "")
    + "\"\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\n"
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "# Made by kubenat for node "
    + ((stack1 = alias2(alias1(depth0, "node", {"start":{"line":1,"column":29},"end":{"line":1,"column":33}} ), depth0)) != null ? stack1 : "")
    + ": kube-proxy's "
    + ((stack1 = alias2(alias1(depth0, "family", {"start":{"line":1,"column":52},"end":{"line":1,"column":58}} ), depth0)) != null ? stack1 : "")
    + " table. Changes here are lost.\ntable "
    + ((stack1 = alias2(alias1(depth0, "family", {"start":{"line":2,"column":8},"end":{"line":2,"column":14}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":2,"column":19},"end":{"line":2,"column":23}} ), depth0)) != null ? stack1 : "")
    + "\ndelete table "
    + ((stack1 = alias2(alias1(depth0, "family", {"start":{"line":3,"column":15},"end":{"line":3,"column":21}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":3,"column":26},"end":{"line":3,"column":30}} ), depth0)) != null ? stack1 : "")
    + "\n\ntable "
    + ((stack1 = alias2(alias1(depth0, "family", {"start":{"line":5,"column":8},"end":{"line":5,"column":14}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":5,"column":19},"end":{"line":5,"column":23}} ), depth0)) != null ? stack1 : "")
    + " {\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"comment"),{"name":"if","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":8,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"objects"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":0},"end":{"line":12,"column":9}}})) != null ? stack1 : "")
    + "}\n";
},"useData":true},
  'nft/transaction': {"0":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = alias2(alias1(depth0, "verb", {"start":{"line":2,"column":2},"end":{"line":2,"column":6}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "object", {"start":{"line":2,"column":11},"end":{"line":2,"column":17}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depths[1], "table", {"start":{"line":2,"column":22},"end":{"line":2,"column":30}} ), depth0)) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"name"),{"name":"if","hash":{},"fn":container.program(1, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":32},"end":{"line":2,"column":60}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"properties"),{"name":"if","hash":{},"fn":container.program(2, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":60},"end":{"line":2,"column":131}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"rule"),{"name":"if","hash":{},"fn":container.program(4, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":131},"end":{"line":2,"column":159}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"element"),{"name":"if","hash":{},"fn":container.program(5, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":159},"end":{"line":2,"column":197}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"elements"),{"name":"if","hash":{},"fn":container.program(6, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":197},"end":{"line":6,"column":8}}})) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " "
    + ((stack1 = container.lambda(container.strict(depth0, "name", {"start":{"line":2,"column":47},"end":{"line":2,"column":51}} ), depth0)) != null ? stack1 : "");
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return " {"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"properties"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":81},"end":{"line":2,"column":122}}})) != null ? stack1 : "")
    + " }";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + " ;";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " "
    + ((stack1 = container.lambda(container.strict(depth0, "rule", {"start":{"line":2,"column":146},"end":{"line":2,"column":150}} ), depth0)) != null ? stack1 : "");
},"5":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " { "
    + ((stack1 = container.lambda(container.strict(depth0, "element", {"start":{"line":2,"column":179},"end":{"line":2,"column":186}} ), depth0)) != null ? stack1 : "")
    + " }";
},"6":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return " {\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"elements"),{"name":"each","hash":{},"fn":container.program(7, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":5,"column":9}}})) != null ? stack1 : "")
    + "}";
},"7":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t"
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + ",\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"commands"),{"name":"each","hash":{},"fn":container.program(0, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":7,"column":9}}})) != null ? stack1 : "");
},"useData":true,"useDepths":true},
  'report/failure': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  flow      "
    + ((stack1 = container.lambda(container.strict(depth0, "flow", {"start":{"line":3,"column":14},"end":{"line":3,"column":18}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  object    "
    + ((stack1 = container.lambda(container.strict(depth0, "object", {"start":{"line":6,"column":14},"end":{"line":6,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  promised  "
    + ((stack1 = container.lambda(container.strict(depth0, "promised", {"start":{"line":12,"column":14},"end":{"line":12,"column":22}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  observed  "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  shares    "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"5":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  rules     "
    + ((stack1 = container.lambda(container.strict(depth0, "heading", {"start":{"line":22,"column":14},"end":{"line":22,"column":21}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"steps"),{"name":"each","hash":{},"fn":container.program(6, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":23,"column":0},"end":{"line":25,"column":9}}})) != null ? stack1 : "");
},"6":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "              "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"7":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  rules     "
    + ((stack1 = container.lambda(container.strict(depth0, "remark", {"start":{"line":28,"column":14},"end":{"line":28,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = alias2(alias1(depth0, "mark", {"start":{"line":1,"column":2},"end":{"line":1,"column":6}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "title", {"start":{"line":1,"column":11},"end":{"line":1,"column":16}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"flow"),{"name":"if","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":0},"end":{"line":4,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"object"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":7,"column":7}}})) != null ? stack1 : "")
    + "  packet    "
    + ((stack1 = alias2(alias1(depth0, "packet", {"start":{"line":8,"column":14},"end":{"line":8,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\n  expected  "
    + ((stack1 = alias2(alias1(depth0, "expected", {"start":{"line":9,"column":14},"end":{"line":9,"column":22}} ), depth0)) != null ? stack1 : "")
    + "\n  because   "
    + ((stack1 = alias2(alias1(depth0, "because", {"start":{"line":10,"column":14},"end":{"line":10,"column":21}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"promised"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":11,"column":0},"end":{"line":13,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"observed"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":14,"column":0},"end":{"line":16,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"shares"),{"name":"each","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":17,"column":0},"end":{"line":19,"column":9}}})) != null ? stack1 : "")
    + "  problem   "
    + ((stack1 = alias2(alias1(depth0, "problem", {"start":{"line":20,"column":14},"end":{"line":20,"column":21}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"paths"),{"name":"each","hash":{},"fn":container.program(5, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":21,"column":0},"end":{"line":26,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"remark"),{"name":"if","hash":{},"fn":container.program(7, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":27,"column":0},"end":{"line":29,"column":7}}})) != null ? stack1 : "");
},"useData":true},
  'report/junit': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  <testsuite name=\""
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":4,"column":21},"end":{"line":4,"column":25}} ), depth0)) != null ? stack1 : "")
    + "\" tests=\""
    + ((stack1 = alias2(alias1(depth0, "tests", {"start":{"line":4,"column":38},"end":{"line":4,"column":43}} ), depth0)) != null ? stack1 : "")
    + "\" failures=\""
    + ((stack1 = alias2(alias1(depth0, "failures", {"start":{"line":4,"column":59},"end":{"line":4,"column":67}} ), depth0)) != null ? stack1 : "")
    + "\" errors=\"0\" skipped=\""
    + ((stack1 = alias2(alias1(depth0, "skipped", {"start":{"line":4,"column":93},"end":{"line":4,"column":100}} ), depth0)) != null ? stack1 : "")
    + "\">\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"cases"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":17,"column":9}}})) != null ? stack1 : "")
    + "  </testsuite>\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"failure"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.program(3, data, 0),"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":16,"column":7}}})) != null ? stack1 : "");
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "    <testcase classname=\""
    + ((stack1 = alias2(alias1(depth0, "suite", {"start":{"line":7,"column":27},"end":{"line":7,"column":32}} ), depth0)) != null ? stack1 : "")
    + "\" name=\""
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":7,"column":44},"end":{"line":7,"column":48}} ), depth0)) != null ? stack1 : "")
    + "\">\n      <failure message=\""
    + ((stack1 = alias2(alias1(lookupProperty(depth0,"failure"), "message", {"start":{"line":8,"column":26},"end":{"line":8,"column":41}} ), depth0)) != null ? stack1 : "")
    + "\">"
    + ((stack1 = alias2(alias1(lookupProperty(depth0,"failure"), "text", {"start":{"line":8,"column":47},"end":{"line":8,"column":59}} ), depth0)) != null ? stack1 : "")
    + "</failure>\n    </testcase>\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"skip"),{"name":"if","hash":{},"fn":container.program(4, data, 0),"inverse":container.program(5, data, 0),"data":data,"loc":{"start":{"line":10,"column":0},"end":{"line":16,"column":0}}})) != null ? stack1 : "");
},"4":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "    <testcase classname=\""
    + ((stack1 = alias2(alias1(depth0, "suite", {"start":{"line":11,"column":27},"end":{"line":11,"column":32}} ), depth0)) != null ? stack1 : "")
    + "\" name=\""
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":11,"column":44},"end":{"line":11,"column":48}} ), depth0)) != null ? stack1 : "")
    + "\">\n      <skipped message=\""
    + ((stack1 = alias2(alias1(depth0, "skip", {"start":{"line":12,"column":26},"end":{"line":12,"column":30}} ), depth0)) != null ? stack1 : "")
    + "\"/>\n    </testcase>\n";
},"5":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "    <testcase classname=\""
    + ((stack1 = alias2(alias1(depth0, "suite", {"start":{"line":15,"column":27},"end":{"line":15,"column":32}} ), depth0)) != null ? stack1 : "")
    + "\" name=\""
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":15,"column":44},"end":{"line":15,"column":48}} ), depth0)) != null ? stack1 : "")
    + "\"/>\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kubenat verify\" tests=\""
    + ((stack1 = alias2(alias1(depth0, "tests", {"start":{"line":2,"column":43},"end":{"line":2,"column":48}} ), depth0)) != null ? stack1 : "")
    + "\" failures=\""
    + ((stack1 = alias2(alias1(depth0, "failures", {"start":{"line":2,"column":64},"end":{"line":2,"column":72}} ), depth0)) != null ? stack1 : "")
    + "\" errors=\"0\" time=\""
    + ((stack1 = alias2(alias1(depth0, "seconds", {"start":{"line":2,"column":95},"end":{"line":2,"column":102}} ), depth0)) != null ? stack1 : "")
    + "\">\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"suites"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":19,"column":9}}})) != null ? stack1 : "")
    + "</testsuites>\n";
},"useData":true},
  'report/tap': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = alias2(alias1(depth0, "result", {"start":{"line":4,"column":2},"end":{"line":4,"column":8}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "number", {"start":{"line":4,"column":13},"end":{"line":4,"column":19}} ), depth0)) != null ? stack1 : "")
    + " - "
    + ((stack1 = alias2(alias1(depth0, "description", {"start":{"line":4,"column":26},"end":{"line":4,"column":37}} ), depth0)) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"skip"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":4,"column":39},"end":{"line":4,"column":74}}})) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"diagnosis"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":11,"column":7}}})) != null ? stack1 : "");
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " # SKIP "
    + ((stack1 = container.lambda(container.strict(depth0, "skip", {"start":{"line":4,"column":61},"end":{"line":4,"column":65}} ), depth0)) != null ? stack1 : "");
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  ---\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"diagnosis"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":7,"column":0},"end":{"line":9,"column":9}}})) != null ? stack1 : "")
    + "  ...\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "# "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "TAP version 14\n1.."
    + ((stack1 = container.lambda(container.strict(depth0, "count", {"start":{"line":2,"column":5},"end":{"line":2,"column":10}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"tests"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":12,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"notes"),{"name":"each","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":13,"column":0},"end":{"line":15,"column":9}}})) != null ? stack1 : "");
},"useData":true},
  'report/text': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"failures"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":4,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"notes"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":7,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = container.lambda(container.strict(depth0, "summary", {"start":{"line":8,"column":2},"end":{"line":8,"column":9}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"useData":true},
} as const
