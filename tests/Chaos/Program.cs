using Serverless.Chaos;

return await ChaosCommand.Create().Parse(args).InvokeAsync();
