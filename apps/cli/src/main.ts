console.log("openclaw");
