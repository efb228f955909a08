using Serverless.Fleet;

return await FleetCommand.Create().Parse(args).InvokeAsync();
