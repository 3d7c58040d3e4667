// Generated from templates/ by `npm run generate`. Do not edit.
// @ts-nocheck
/** Precompiled template specs, by file name below templates/. */
export const TEMPLATES = {
  'completion/bash': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "  "
    + ((stack1 = alias2(alias1(depth0, "pattern", {"start":{"line":43,"column":4},"end":{"line":43,"column":11}} ), depth0)) != null ? stack1 : "")
    + ") "
    + ((stack1 = alias2(alias1(depth0, "action", {"start":{"line":43,"column":17},"end":{"line":43,"column":23}} ), depth0)) != null ? stack1 : "")
    + " ;;\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "    "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":48,"column":6},"end":{"line":48,"column":10}} ), depth0)) != null ? stack1 : "")
    + ":-*) _kubenat_words "
    + ((stack1 = alias2(alias1(depth0, "flags", {"start":{"line":48,"column":34},"end":{"line":48,"column":39}} ), depth0)) != null ? stack1 : "")
    + " ;;\n    "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":49,"column":6},"end":{"line":49,"column":10}} ), depth0)) != null ? stack1 : "")
    + ":*) "
    + ((stack1 = alias2(alias1(depth0, "action", {"start":{"line":49,"column":18},"end":{"line":49,"column":24}} ), depth0)) != null ? stack1 : "")
    + " ;;\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "# Completion of kubenat for bash. Load it by: source <(kubenat completion bash)\n\n# The words that continue what is typed, behind what is there of a list.\n_kubenat_words() {\n  declare word\n  for word; do\n    [[ $word == \"$typed\"* ]] && COMPREPLY+=(\"$before$word\")\n  done\n}\n\n# As above, after the last comma.\n_kubenat_list() {\n  if [[ $typed == *,* ]]; then\n    before=${typed%,*},\n    typed=${typed##*,}\n  fi\n  _kubenat_words \"$@\"\n}\n\n# Files, or folders, as readline finds them.\n_kubenat_files() {\n  compopt -o filenames -o \"$1\" 2> /dev/null\n}\n\n_kubenat() {\n  declare typed=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]}\n  declare before='' command='' word\n  COMPREPLY=()\n  # Readline takes --flag=value for three words.\n  if [[ $typed == = ]]; then\n    typed=''\n  elif [[ $flag == = ]]; then\n    flag=${COMP_WORDS[COMP_CWORD - 2]}\n  fi\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    if [[ $word != -* ]]; then\n      command=$word\n      break\n    fi\n  done\n  case $command:$flag in\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"values"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":42,"column":0},"end":{"line":44,"column":9}}})) != null ? stack1 : "")
    + "  *)\n    case $command:$typed in\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"commands"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":47,"column":0},"end":{"line":50,"column":9}}})) != null ? stack1 : "")
    + "    esac\n    ;;\n  esac\n}\n\ncomplete -F _kubenat kubenat\n";
},"useData":true},
  'completion/fish': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\nfunction __kubenat_"
    + ((stack1 = container.lambda(container.strict(depth0, "name", {"start":{"line":25,"column":21},"end":{"line":25,"column":25}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"items"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":26,"column":0},"end":{"line":28,"column":9}}})) != null ? stack1 : "")
    + "end\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "    echo "
    + ((stack1 = alias2(alias1(depth0, "word", {"start":{"line":27,"column":11},"end":{"line":27,"column":15}} ), depth0)) != null ? stack1 : "")
    + "\\t"
    + ((stack1 = alias2(alias1(depth0, "help", {"start":{"line":27,"column":21},"end":{"line":27,"column":25}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "complete -c kubenat "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "# Completion of kubenat for fish: ~/.config/fish/completions/kubenat.fish, or\n# kubenat completion fish | source\n\n# Whether the command is the one that is named; none without a name.\nfunction __kubenat_is\n    set -l words (commandline -opc)\n    set -e words[1]\n    for word in $words\n        string match -q -- '-*' $word; and continue\n        test \"$word\" = \"$argv[1]\"\n        return\n    end\n    test -z \"$argv[1]\"\nend\n\n# The words that a function prints, behind what is there of a list with commas.\nfunction __kubenat_list\n    set -l before (commandline -ct | string replace -r '^--?[^=]*=' '' | string replace -r '[^,]*$' '')\n    for item in ($argv[1])\n        echo \"$before$item\"\n    end\nend\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"lists"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":23,"column":0},"end":{"line":30,"column":9}}})) != null ? stack1 : "")
    + "\ncomplete -c kubenat -f\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"rules"),{"name":"each","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":33,"column":0},"end":{"line":35,"column":9}}})) != null ? stack1 : "");
},"useData":true},
  'completion/zsh': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\n_kubenat_"
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":6,"column":11},"end":{"line":6,"column":15}} ), depth0)) != null ? stack1 : "")
    + "() {\n  typeset -a items=(\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"items"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":8,"column":0},"end":{"line":10,"column":9}}})) != null ? stack1 : "")
    + "  )\n  _values"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"commas"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":12,"column":9},"end":{"line":12,"column":35}}})) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":12,"column":38},"end":{"line":12,"column":42}} ), depth0)) != null ? stack1 : "")
    + " $items\n}\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "    "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    return " -s ,";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  "
    + ((stack1 = container.lambda(container.strict(depth0, "name", {"start":{"line":30,"column":4},"end":{"line":30,"column":8}} ), depth0)) != null ? stack1 : "")
    + ")\n    specs=(\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"specs"),{"name":"each","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":32,"column":0},"end":{"line":34,"column":9}}})) != null ? stack1 : "")
    + "    )\n    ;;\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "      "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "#compdef kubenat\n# Completion of kubenat for zsh: the file _kubenat in a folder of $fpath, or after compinit\n# source <(kubenat completion zsh)\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"lists"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":4,"column":0},"end":{"line":14,"column":9}}})) != null ? stack1 : "")
    + "\n_kubenat() {\n  typeset curcontext=$curcontext state state_descr line\n  typeset -A opt_args\n  typeset -a specs=(\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"specs"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":20,"column":0},"end":{"line":22,"column":9}}})) != null ? stack1 : "")
    + "    '(-)1:command:_kubenat_command'\n    '(-)*:: :->rest'\n  )\n  _arguments -C $specs && return\n  [[ $state == rest ]] || return\n  case $words[1] in\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"commands"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":29,"column":0},"end":{"line":37,"column":9}}})) != null ? stack1 : "")
    + "  *) return 1 ;;\n  esac\n  _arguments -S $specs\n}\n\nif [[ $funcstack[1] == _kubenat ]]; then\n  _kubenat \"$@\"\nelse\n  compdef _kubenat kubenat\nfi\n";
},"useData":true},
  'iptables/jumps': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "chain "
    + ((stack1 = alias2(alias1(depth0, "table", {"start":{"line":37,"column":8},"end":{"line":37,"column":13}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":37,"column":18},"end":{"line":37,"column":22}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\nin_order "
    + ((stack1 = alias2(alias1(depth0, "table", {"start":{"line":41,"column":11},"end":{"line":41,"column":16}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":41,"column":21},"end":{"line":41,"column":25}} ), depth0)) != null ? stack1 : "")
    + " << 'JUMPS' || {\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"rules"),{"name":"each","hash":{},"fn":container.program(2, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":42,"column":0},"end":{"line":44,"column":9}}})) != null ? stack1 : "")
    + "JUMPS\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"lastFirst"),{"name":"each","hash":{},"fn":container.program(3, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":46,"column":0},"end":{"line":48,"column":9}}})) != null ? stack1 : "")
    + "}\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "-A "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"3":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.lambda;

  return "\ton_top "
    + ((stack1 = alias1(container.strict(depths[1], "table", {"start":{"line":47,"column":10},"end":{"line":47,"column":18}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias1(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "#!/bin/sh\n# Made by kubenat for node "
    + ((stack1 = alias2(alias1(depth0, "node", {"start":{"line":2,"column":29},"end":{"line":2,"column":33}} ), depth0)) != null ? stack1 : "")
    + ": puts the jumps to kube-proxy's chains on top of the built-in chains,\n# each once and in order. Where they are in place nothing changes; other rules are never touched.\n# IPTABLES names another command, such as "
    + ((stack1 = alias2(alias1(depth0, "legacy", {"start":{"line":4,"column":44},"end":{"line":4,"column":50}} ), depth0)) != null ? stack1 : "")
    + ".\nset -eu\ncommand="
    + ((stack1 = alias2(alias1(depth0, "command", {"start":{"line":6,"column":10},"end":{"line":6,"column":17}} ), depth0)) != null ? stack1 : "")
    + "\niptables=${IPTABLES:-$command}\n\nrun() {\n\t\"$iptables\" -w 5 \"$@\"\n}\n\n# A chain to jump to; what it holds stays.\nchain() {\n\trun -t \"$1\" -N \"$2\" 2> /dev/null || run -t \"$1\" -S \"$2\" > /dev/null\n}\n\n# Whether a chain has the jumps on standard input, in that order, each once.\nin_order() {\n\twanted=$(cat)\n\tfound=$(run -t \"$1\" -S \"$2\" | grep -Fx -e \"$wanted\") || return 1\n\t[ \"$found\" = \"$wanted\" ]\n}\n\n# Puts a jump on top of a chain, and nowhere else.\non_top() {\n\ttable=$1\n\tfrom=$2\n\tshift 2\n\twhile run -t \"$table\" -C \"$from\" \"$@\" 2> /dev/null; do\n\t\trun -t \"$table\" -D \"$from\" \"$@\"\n\tdone\n\trun -t \"$table\" -I \"$from\" \"$@\"\n}\n\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"chains"),{"name":"each","hash":{},"fn":container.program(0, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":36,"column":0},"end":{"line":38,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"builtins"),{"name":"each","hash":{},"fn":container.program(1, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":39,"column":0},"end":{"line":50,"column":9}}})) != null ? stack1 : "");
},"useData":true,"useDepths":true},
  'iptables/restore': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "*"
    + ((stack1 = container.lambda(container.strict(depth0, "name", {"start":{"line":2,"column":3},"end":{"line":2,"column":7}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"notes"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":5,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"chains"),{"name":"each","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":8,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"rules"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":0},"end":{"line":11,"column":9}}})) != null ? stack1 : "")
    + "COMMIT\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "# "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return ":"
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":7,"column":3},"end":{"line":7,"column":7}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "policy", {"start":{"line":7,"column":12},"end":{"line":7,"column":18}} ), depth0)) != null ? stack1 : "")
    + " [0:0]\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"tables"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":13,"column":9}}})) != null ? stack1 : "");
},"useData":true},
  'man/command.1': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"section"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":0},"end":{"line":11,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"isApart"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":12,"column":0},"end":{"line":14,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"paragraph"),{"name":"if","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":15,"column":0},"end":{"line":17,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"literal"),{"name":"if","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":18,"column":0},"end":{"line":26,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"items"),{"name":"if","hash":{},"fn":container.program(6, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":27,"column":0},"end":{"line":32,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"terms"),{"name":"if","hash":{},"fn":container.program(8, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":33,"column":0},"end":{"line":39,"column":7}}})) != null ? stack1 : "");
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ".SH "
    + ((stack1 = container.lambda(container.strict(depth0, "section", {"start":{"line":10,"column":6},"end":{"line":10,"column":13}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    return ".PP\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(container.strict(depth0, "paragraph", {"start":{"line":16,"column":2},"end":{"line":16,"column":11}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ".RS 4\n.nf\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"literal"),{"name":"each","hash":{},"fn":container.program(5, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":21,"column":0},"end":{"line":23,"column":9}}})) != null ? stack1 : "")
    + ".fi\n.RE\n";
},"5":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"6":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"items"),{"name":"each","hash":{},"fn":container.program(7, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":28,"column":0},"end":{"line":31,"column":9}}})) != null ? stack1 : "");
},"7":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ".IP \\(bu 2\n"
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"8":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"terms"),{"name":"each","hash":{},"fn":container.program(9, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":34,"column":0},"end":{"line":38,"column":9}}})) != null ? stack1 : "");
},"9":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return ".TP\n"
    + ((stack1 = alias2(alias1(depth0, "term", {"start":{"line":36,"column":2},"end":{"line":36,"column":6}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = alias2(alias1(depth0, "help", {"start":{"line":37,"column":2},"end":{"line":37,"column":6}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"10":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ".BR "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + " (1),\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ".\\\" Made from src/commands/"
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":1,"column":29},"end":{"line":1,"column":33}} ), depth0)) != null ? stack1 : "")
    + ".md. kubenat "
    + ((stack1 = alias2(alias1(depth0, "version", {"start":{"line":1,"column":50},"end":{"line":1,"column":57}} ), depth0)) != null ? stack1 : "")
    + "\n.TH KUBENAT\\-"
    + ((stack1 = alias2(alias1(depth0, "title", {"start":{"line":2,"column":15},"end":{"line":2,"column":20}} ), depth0)) != null ? stack1 : "")
    + " 1 \"\" \"kubenat "
    + ((stack1 = alias2(alias1(depth0, "version", {"start":{"line":2,"column":39},"end":{"line":2,"column":46}} ), depth0)) != null ? stack1 : "")
    + "\" \"User Commands\"\n.SH NAME\nkubenat\\-"
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":4,"column":11},"end":{"line":4,"column":15}} ), depth0)) != null ? stack1 : "")
    + " \\- "
    + ((stack1 = alias2(alias1(depth0, "summary", {"start":{"line":4,"column":23},"end":{"line":4,"column":30}} ), depth0)) != null ? stack1 : "")
    + "\n.SH SYNOPSIS\n"
    + ((stack1 = alias2(alias1(depth0, "usage", {"start":{"line":6,"column":2},"end":{"line":6,"column":7}} ), depth0)) != null ? stack1 : "")
    + "\n.SH DESCRIPTION\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"blocks"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":8,"column":0},"end":{"line":40,"column":9}}})) != null ? stack1 : "")
    + ".SH SEE ALSO\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"pages"),{"name":"each","hash":{},"fn":container.program(10, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":42,"column":0},"end":{"line":44,"column":9}}})) != null ? stack1 : "")
    + ".BR nft (8)\n";
},"useData":true},
  'man/kubenat.1': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return ".TP\n"
    + ((stack1 = alias2(alias1(depth0, "term", {"start":{"line":16,"column":2},"end":{"line":16,"column":6}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = alias2(alias1(depth0, "help", {"start":{"line":17,"column":2},"end":{"line":17,"column":6}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ".BR "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + " (1),\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ".\\\" Made from the command line itself. kubenat "
    + ((stack1 = alias2(alias1(depth0, "version", {"start":{"line":1,"column":49},"end":{"line":1,"column":56}} ), depth0)) != null ? stack1 : "")
    + "\n.TH KUBENAT 1 \"\" \"kubenat "
    + ((stack1 = alias2(alias1(depth0, "version", {"start":{"line":2,"column":28},"end":{"line":2,"column":35}} ), depth0)) != null ? stack1 : "")
    + "\" \"User Commands\"\n.SH NAME\nkubenat \\- "
    + ((stack1 = alias2(alias1(depth0, "summary", {"start":{"line":4,"column":13},"end":{"line":4,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\n.SH SYNOPSIS\n.nf\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"usages"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":7,"column":0},"end":{"line":9,"column":9}}})) != null ? stack1 : "")
    + ".fi\n.SH DESCRIPTION\n"
    + ((stack1 = alias2(alias1(depth0, "description", {"start":{"line":12,"column":2},"end":{"line":12,"column":13}} ), depth0)) != null ? stack1 : "")
    + "\n.SH COMMANDS\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"commands"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":14,"column":0},"end":{"line":18,"column":9}}})) != null ? stack1 : "")
    + ".SH OPTIONS\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"general"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":20,"column":0},"end":{"line":24,"column":9}}})) != null ? stack1 : "")
    + ".SH EXAMPLES\n.nf\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"examples"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":27,"column":0},"end":{"line":29,"column":9}}})) != null ? stack1 : "")
    + ".fi\n.SH SEE ALSO\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"pages"),{"name":"each","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":32,"column":0},"end":{"line":34,"column":9}}})) != null ? stack1 : "")
    + ".BR kubectl (1),\n.BR nft (8)\n";
},"useData":true},
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
    return "\t\tauto-merge\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\ttimeout "
    + ((stack1 = container.lambda(container.strict(depth0, "timeout", {"start":{"line":10,"column":12},"end":{"line":10,"column":19}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\t\tcomment \""
    + ((stack1 = container.lambda(container.strict(depth0, "comment", {"start":{"line":13,"column":13},"end":{"line":13,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\"\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\t\telements = {\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"elements"),{"name":"each","hash":{},"fn":container.program(5, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":17,"column":0},"end":{"line":19,"column":9}}})) != null ? stack1 : "")
    + "\t\t}\n";
},"5":function(container,depth0,helpers,partials,data) {
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
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"autoMerge"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":8,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"timeout"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":0},"end":{"line":11,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"comment"),{"name":"if","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":12,"column":0},"end":{"line":14,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"elements"),{"name":"if","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":15,"column":0},"end":{"line":21,"column":7}}})) != null ? stack1 : "")
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
  'report/check-github': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "::"
    + ((stack1 = alias2(alias1(depth0, "level", {"start":{"line":2,"column":4},"end":{"line":2,"column":9}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "properties", {"start":{"line":2,"column":14},"end":{"line":2,"column":24}} ), depth0)) != null ? stack1 : "")
    + "::"
    + ((stack1 = alias2(alias1(depth0, "message", {"start":{"line":2,"column":30},"end":{"line":2,"column":37}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"findings"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":3,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = container.lambda(container.strict(depth0, "summary", {"start":{"line":4,"column":2},"end":{"line":4,"column":9}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"useData":true},
  'report/check-junit': {"0":function(container,depth0,helpers,partials,data) {
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
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "    <testcase name=\""
    + ((stack1 = alias2(alias1(depth0, "name", {"start":{"line":6,"column":22},"end":{"line":6,"column":26}} ), depth0)) != null ? stack1 : "")
    + "\" classname=\""
    + ((stack1 = alias2(alias1(depth0, "classname", {"start":{"line":6,"column":43},"end":{"line":6,"column":52}} ), depth0)) != null ? stack1 : "")
    + "\">\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"failure"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":7,"column":0},"end":{"line":9,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"skipped"),{"name":"if","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":10,"column":0},"end":{"line":12,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"output"),{"name":"if","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":13,"column":0},"end":{"line":15,"column":7}}})) != null ? stack1 : "")
    + "    </testcase>\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "      <failure type=\""
    + ((stack1 = alias2(alias1(depth0, "type", {"start":{"line":8,"column":23},"end":{"line":8,"column":27}} ), depth0)) != null ? stack1 : "")
    + "\" message=\""
    + ((stack1 = alias2(alias1(depth0, "failure", {"start":{"line":8,"column":42},"end":{"line":8,"column":49}} ), depth0)) != null ? stack1 : "")
    + "\">"
    + ((stack1 = alias2(alias1(depth0, "text", {"start":{"line":8,"column":55},"end":{"line":8,"column":59}} ), depth0)) != null ? stack1 : "")
    + "</failure>\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "      <skipped message=\""
    + ((stack1 = container.lambda(container.strict(depth0, "skipped", {"start":{"line":11,"column":26},"end":{"line":11,"column":33}} ), depth0)) != null ? stack1 : "")
    + "\"/>\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "      <system-out>"
    + ((stack1 = container.lambda(container.strict(depth0, "output", {"start":{"line":14,"column":20},"end":{"line":14,"column":26}} ), depth0)) != null ? stack1 : "")
    + "</system-out>\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kubenat check\" tests=\""
    + ((stack1 = alias2(alias1(depth0, "tests", {"start":{"line":2,"column":42},"end":{"line":2,"column":47}} ), depth0)) != null ? stack1 : "")
    + "\" failures=\""
    + ((stack1 = alias2(alias1(depth0, "failures", {"start":{"line":2,"column":63},"end":{"line":2,"column":71}} ), depth0)) != null ? stack1 : "")
    + "\" errors=\"0\">\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"suites"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":19,"column":9}}})) != null ? stack1 : "")
    + "</testsuites>\n";
},"useData":true},
  'report/check-text': {"0":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"findings"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":3,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = container.lambda(container.strict(depth0, "summary", {"start":{"line":4,"column":2},"end":{"line":4,"column":9}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"useData":true},
  'report/diff-github': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "::"
    + ((stack1 = alias2(alias1(depth0, "level", {"start":{"line":2,"column":4},"end":{"line":2,"column":9}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "properties", {"start":{"line":2,"column":14},"end":{"line":2,"column":24}} ), depth0)) != null ? stack1 : "")
    + "::"
    + ((stack1 = alias2(alias1(depth0, "message", {"start":{"line":2,"column":30},"end":{"line":2,"column":37}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"commands"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":3,"column":9}}})) != null ? stack1 : "");
},"useData":true},
  'report/diff-markdown': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\n| Service port | destination | change | clients | from | to |"
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"hasNodes"),{"name":"if","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":4,"column":61},"end":{"line":4,"column":92}}})) != null ? stack1 : "")
    + "\n| --- | --- | --- | --- | --- | --- |"
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"hasNodes"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":37},"end":{"line":5,"column":66}}})) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"rows"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":8,"column":9}}})) != null ? stack1 : "");
},"1":function(container,depth0,helpers,partials,data) {
    return " nodes |";
},"2":function(container,depth0,helpers,partials,data) {
    return " --- |";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "| "
    + ((stack1 = alias2(alias1(depth0, "service", {"start":{"line":7,"column":4},"end":{"line":7,"column":11}} ), depth0)) != null ? stack1 : "")
    + " | "
    + ((stack1 = alias2(alias1(depth0, "targets", {"start":{"line":7,"column":18},"end":{"line":7,"column":25}} ), depth0)) != null ? stack1 : "")
    + " | "
    + ((stack1 = alias2(alias1(depth0, "kind", {"start":{"line":7,"column":32},"end":{"line":7,"column":36}} ), depth0)) != null ? stack1 : "")
    + " | "
    + ((stack1 = alias2(alias1(depth0, "clients", {"start":{"line":7,"column":43},"end":{"line":7,"column":50}} ), depth0)) != null ? stack1 : "")
    + " | "
    + ((stack1 = alias2(alias1(depth0, "from", {"start":{"line":7,"column":57},"end":{"line":7,"column":61}} ), depth0)) != null ? stack1 : "")
    + " | "
    + ((stack1 = alias2(alias1(depth0, "to", {"start":{"line":7,"column":68},"end":{"line":7,"column":70}} ), depth0)) != null ? stack1 : "")
    + " |"
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"nodes"),{"name":"if","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":7,"column":74},"end":{"line":7,"column":106}}})) != null ? stack1 : "")
    + "\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " "
    + ((stack1 = container.lambda(container.strict(depth0, "nodes", {"start":{"line":7,"column":90},"end":{"line":7,"column":95}} ), depth0)) != null ? stack1 : "")
    + " |";
},"5":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"nodes"),{"name":"each","hash":{},"fn":container.program(6, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":12,"column":0},"end":{"line":14,"column":9}}})) != null ? stack1 : "");
},"6":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "- "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = container.lambda(container.strict(depth0, "summary", {"start":{"line":1,"column":2},"end":{"line":1,"column":9}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"hasRows"),{"name":"if","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":2,"column":0},"end":{"line":9,"column":7}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"nodes"),{"name":"if","hash":{},"fn":container.program(5, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":10,"column":0},"end":{"line":15,"column":7}}})) != null ? stack1 : "");
},"useData":true},
  'report/diff-text': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = container.lambda(container.strict(depth0, "title", {"start":{"line":2,"column":2},"end":{"line":2,"column":7}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"entries"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":8,"column":9}}})) != null ? stack1 : "");
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  "
    + ((stack1 = container.lambda(container.strict(depth0, "targets", {"start":{"line":4,"column":4},"end":{"line":4,"column":11}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"changes"),{"name":"each","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":7,"column":9}}})) != null ? stack1 : "");
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "    "
    + ((stack1 = alias2(alias1(depth0, "kind", {"start":{"line":6,"column":6},"end":{"line":6,"column":10}} ), depth0)) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "text", {"start":{"line":6,"column":15},"end":{"line":6,"column":19}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "\n"
    + ((stack1 = container.lambda(container.strict(depth0, "summary", {"start":{"line":15,"column":2},"end":{"line":15,"column":9}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"groups"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":9,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"nodes"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":10,"column":0},"end":{"line":12,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"summary"),{"name":"if","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":13,"column":0},"end":{"line":16,"column":7}}})) != null ? stack1 : "");
},"useData":true},
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
  'report/migrate': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = alias2(alias1(depth0, "heading", {"start":{"line":2,"column":2},"end":{"line":2,"column":9}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"details"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":5,"column":9}}})) != null ? stack1 : "")
    + "  reason    "
    + ((stack1 = alias2(alias1(depth0, "reason", {"start":{"line":6,"column":14},"end":{"line":6,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\n  remedy    "
    + ((stack1 = alias2(alias1(depth0, "remedy", {"start":{"line":7,"column":14},"end":{"line":7,"column":20}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias3,lookupProperty(depth0,"touches"),{"name":"each","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":8,"column":0},"end":{"line":10,"column":9}}})) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  change    "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  touches   "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "note: "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"findings"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":1,"column":0},"end":{"line":12,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"notes"),{"name":"each","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":13,"column":0},"end":{"line":15,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = container.lambda(container.strict(depth0, "summary", {"start":{"line":16,"column":2},"end":{"line":16,"column":9}} ), depth0)) != null ? stack1 : "")
    + "\n";
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
  'report/trace-dot': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "  "
    + ((stack1 = alias2(alias1(depth0, "id", {"start":{"line":6,"column":4},"end":{"line":6,"column":6}} ), depth0)) != null ? stack1 : "")
    + " [label=\""
    + ((stack1 = alias2(alias1(depth0, "label", {"start":{"line":6,"column":19},"end":{"line":6,"column":24}} ), depth0)) != null ? stack1 : "")
    + "\", shape="
    + ((stack1 = alias2(alias1(depth0, "kind", {"start":{"line":6,"column":37},"end":{"line":6,"column":41}} ), depth0)) != null ? stack1 : "")
    + "];\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  "
    + ((stack1 = alias2(alias1(depth0, "from", {"start":{"line":9,"column":4},"end":{"line":9,"column":8}} ), depth0)) != null ? stack1 : "")
    + " -> "
    + ((stack1 = alias2(alias1(depth0, "to", {"start":{"line":9,"column":16},"end":{"line":9,"column":18}} ), depth0)) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"label"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":20},"end":{"line":9,"column":60}}})) != null ? stack1 : "")
    + ";\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " [label=\""
    + ((stack1 = container.lambda(container.strict(depth0, "label", {"start":{"line":9,"column":44},"end":{"line":9,"column":49}} ), depth0)) != null ? stack1 : "")
    + "\"]";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "digraph dispatch {\n  label=\""
    + ((stack1 = container.lambda(container.strict(depth0, "title", {"start":{"line":2,"column":11},"end":{"line":2,"column":16}} ), depth0)) != null ? stack1 : "")
    + "\";\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"nodes"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":7,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"edges"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":8,"column":0},"end":{"line":10,"column":9}}})) != null ? stack1 : "")
    + "}\n";
},"useData":true},
  'report/trace-mermaid': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "  "
    + ((stack1 = alias2(alias1(depth0, "id", {"start":{"line":6,"column":4},"end":{"line":6,"column":6}} ), depth0)) != null ? stack1 : "")
    + "[\""
    + ((stack1 = alias2(alias1(depth0, "label", {"start":{"line":6,"column":12},"end":{"line":6,"column":17}} ), depth0)) != null ? stack1 : "")
    + "\"]:::"
    + ((stack1 = alias2(alias1(depth0, "kind", {"start":{"line":6,"column":26},"end":{"line":6,"column":30}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  "
    + ((stack1 = alias2(alias1(depth0, "from", {"start":{"line":9,"column":4},"end":{"line":9,"column":8}} ), depth0)) != null ? stack1 : "")
    + " -->"
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"label"),{"name":"if","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":14},"end":{"line":9,"column":47}}})) != null ? stack1 : "")
    + " "
    + ((stack1 = alias2(alias1(depth0, "to", {"start":{"line":9,"column":50},"end":{"line":9,"column":52}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"2":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "|\""
    + ((stack1 = container.lambda(container.strict(depth0, "label", {"start":{"line":9,"column":31},"end":{"line":9,"column":36}} ), depth0)) != null ? stack1 : "")
    + "\"|";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "---\ntitle: \""
    + ((stack1 = container.lambda(container.strict(depth0, "title", {"start":{"line":2,"column":10},"end":{"line":2,"column":15}} ), depth0)) != null ? stack1 : "")
    + "\"\n---\nflowchart LR\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"nodes"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":5,"column":0},"end":{"line":7,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"edges"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":8,"column":0},"end":{"line":10,"column":9}}})) != null ? stack1 : "")
    + "  classDef client fill:#fff,stroke:#888\n  classDef frontend fill:#dbeafe,stroke:#1d4ed8\n  classDef policy fill:#fef3c7,stroke:#b45309\n  classDef backend fill:#dcfce7,stroke:#15803d\n  classDef end_ fill:#fee2e2,stroke:#b91c1c\n";
},"useData":true},
  'report/trace-text': {"0":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda;

  return "  "
    + ((stack1 = alias2(alias1(depth0, "label", {"start":{"line":4,"column":4},"end":{"line":4,"column":9}} ), depth0)) != null ? stack1 : "")
    + "  "
    + ((stack1 = alias2(alias1(depth0, "text", {"start":{"line":4,"column":15},"end":{"line":4,"column":19}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"1":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\n"
    + ((stack1 = container.lambda(container.strict(depth0, "name", {"start":{"line":8,"column":2},"end":{"line":8,"column":6}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"steps"),{"name":"each","hash":{},"fn":container.program(2, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":9,"column":0},"end":{"line":16,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias1,lookupProperty(depth0,"rest"),{"name":"if","hash":{},"fn":container.program(5, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":17,"column":0},"end":{"line":19,"column":7}}})) != null ? stack1 : "");
},"2":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  "
    + ((stack1 = alias2(alias1(depth0, "place", {"start":{"line":10,"column":4},"end":{"line":10,"column":9}} ), depth0)) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"source"),{"name":"if","hash":{},"fn":container.program(3, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":10,"column":11},"end":{"line":10,"column":45}}})) != null ? stack1 : "")
    + "\n      "
    + ((stack1 = alias2(alias1(depth0, "nft", {"start":{"line":11,"column":8},"end":{"line":11,"column":11}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias3,lookupProperty(depth0,"element"),{"name":"if","hash":{},"fn":container.program(4, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":12,"column":0},"end":{"line":14,"column":7}}})) != null ? stack1 : "")
    + "      -> "
    + ((stack1 = alias2(alias1(depth0, "words", {"start":{"line":15,"column":11},"end":{"line":15,"column":16}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"3":function(container,depth0,helpers,partials,data) {
    var stack1;

  return " - "
    + ((stack1 = container.lambda(container.strict(depth0, "source", {"start":{"line":10,"column":30},"end":{"line":10,"column":36}} ), depth0)) != null ? stack1 : "");
},"4":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "      "
    + ((stack1 = container.lambda(container.strict(depth0, "element", {"start":{"line":13,"column":8},"end":{"line":13,"column":15}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"5":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  "
    + ((stack1 = container.lambda(container.strict(depth0, "rest", {"start":{"line":18,"column":4},"end":{"line":18,"column":8}} ), depth0)) != null ? stack1 : "")
    + "\n";
},"6":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\n"
    + ((stack1 = container.lambda(container.strict(depth0, "name", {"start":{"line":23,"column":2},"end":{"line":23,"column":6}} ), depth0)) != null ? stack1 : "")
    + "\n"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"lines"),{"name":"each","hash":{},"fn":container.program(7, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":24,"column":0},"end":{"line":26,"column":9}}})) != null ? stack1 : "");
},"7":function(container,depth0,helpers,partials,data) {
    var stack1;

  return "  "
    + ((stack1 = container.lambda(depth0, depth0)) != null ? stack1 : "")
    + "\n";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = container.lambda(container.strict(depth0, "headline", {"start":{"line":1,"column":2},"end":{"line":1,"column":10}} ), depth0)) != null ? stack1 : "")
    + "\n\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"facts"),{"name":"each","hash":{},"fn":container.program(0, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":3,"column":0},"end":{"line":5,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"hooks"),{"name":"each","hash":{},"fn":container.program(1, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":6,"column":0},"end":{"line":20,"column":9}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"each").call(alias1,lookupProperty(depth0,"sections"),{"name":"each","hash":{},"fn":container.program(6, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":21,"column":0},"end":{"line":27,"column":9}}})) != null ? stack1 : "");
},"useData":true},
} as const
